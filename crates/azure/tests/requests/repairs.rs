//! Repairs: an object that a failed operation left is written again, built from its current state.

use crate::ownership::{BOTH, Step, begun, busy, failed, lost, makes, put, shows};
use crate::script::{World, absent, body, foreign, found, refuses, resource, says};
use azure::error::ErrorKind;
use azure::write::Ownership;
use azure::write::PreviousRun;
use serde_json::json;

/// Returns an object in a failed state with an etag.
fn left(etag: &str) -> Step {
    let mut live = resource("Failed");
    live["etag"] = json!(etag);
    found(live)
}

/// The object is read three times before a repair: for its owner, its state, and the new body.
fn read(etag: &str) -> [Step; 3] {
    [left(etag), left(etag), left(etag)]
}

fn stale() -> Step {
    put(refuses(412, "PreconditionFailed"))
}

/// Returns the etags of all repairs.
fn etags(world: &World) -> Vec<String> {
    let seen = world.ends();
    let etags = seen.iter().map(|it| it.header("if-match").to_owned());
    etags.filter(|etag| !etag.is_empty()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_repair_that_arm_answers_with_200_is_done() {
    let repaired = || put(says(200, resource("Succeeded")));
    for conditional in BOTH {
        for first in [vec![lost()], vec![begun(), failed("RetryableError")]] {
            let world =
                makes(conditional, &[&first, &read("e1")[..], &[repaired()]].concat()).await;
            assert_eq!(etags(&world), ["e1"]);
        }
    }
    // Even of what has no etag.
    let mut bare = resource("Failed");
    bare["etag"].take();
    let bare = || found(bare.clone());
    let world = makes(false, &[lost(), bare(), bare(), bare(), repaired()]).await;
    assert!(etags(&world).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_repair_is_built_from_the_current_object() {
    for conditional in BOTH {
        let first = [&[begun(), failed("RetryableError")], &read("e1")[..], &[stale()]].concat();
        let repaired = put(says(200, resource("Succeeded")));
        let steps = [&first, &read("e2")[..], &[repaired]].concat();
        assert_eq!(etags(&makes(conditional, &steps).await), ["e1", "e2"]);
        // It may have come to a good end by itself.
        let shown = [shows("Updating"), shows("Updating"), shows("Succeeded"), shows("Succeeded")];
        makes(conditional, &[&first, &shown[..]].concat()).await;
        // However often others write.
        let stales = (2..20).flat_map(|at| [&read(&format!("e{at}"))[..], &[stale()]].concat());
        let last = [&read("e20")[..], &[put(says(200, resource("Succeeded")))]].concat();
        let steps: Vec<_> = first.iter().cloned().chain(stales).chain(last).collect();
        let world = World::new(steps);
        world.make(conditional, PreviousRun::None).await.unwrap();
        assert_eq!(etags(&world).len(), 20);
    }
}

#[tokio::test(start_paused = true)]
async fn a_repair_whose_precondition_fails_without_a_change_is_an_error() {
    for conditional in BOTH {
        let tries = (0..6).flat_map(|_| [&read("e1")[..], &[stale()]].concat());
        let steps = [begun(), failed("RetryableError")].into_iter().chain(tries);
        let world = World::new(steps.chain([left("e1")]));
        let refused = world.make(conditional, PreviousRun::None).await.unwrap_err();
        assert!(refused.error.is_precondition_failed(), "{}", refused.error);
        assert_eq!(refused.ownership, Ownership::Ours);
        assert!(world.is_accepted());
        assert_eq!(etags(&world), ["e1"; 6]);
    }
}

/// If the failed object is deleted, the create is repeated. Another client's object stays.
#[tokio::test(start_paused = true)]
async fn an_object_deleted_during_its_repair_is_created_again() {
    for conditional in BOTH {
        for (trouble, is_lost) in [(stale(), false), (busy(), false), (lost(), true)] {
            let went =
                [&[begun(), failed("RetryableError")], &read("e1")[..], &[trouble, absent()]];
            let went = went.concat();
            let made = [put(says(201, resource("Succeeded"))), shows("Succeeded")];
            let world = World::new([&went[..], &made].concat());
            let made = world.make(conditional, PreviousRun::None).await.unwrap();
            assert_eq!(made.body, resource("Succeeded"));
            let seen = world.ends();
            let last = seen.iter().rfind(|it| !it.body.is_empty()).unwrap();
            assert_eq!(last.body, body().to_string());
            assert_eq!(last.header("if-none-match"), if conditional { "*" } else { "" });

            let steps = [&went[..], &[busy(), found(foreign())]].concat();
            finds_theirs(conditional, steps).await;
            // A lost repair may have made it anew, where its type ignores conditions.
            let shown = [busy(), shows("Succeeded")];
            let steps = [&went[..], &shown, &[shows("Succeeded"), shows("Succeeded")]].concat();
            match (conditional, is_lost) {
                (false, true) => drop(makes(conditional, &steps).await),
                _ => finds_theirs(conditional, steps[..steps.len() - 2].to_vec()).await,
            }
        }
    }
}

/// Checks that the existing object belongs to another client.
async fn finds_theirs(conditional: bool, steps: Vec<Step>) {
    let world = World::new(steps);
    let refused = world.make(conditional, PreviousRun::None).await.unwrap_err();
    assert_eq!(
        (refused.error.kind(), refused.ownership),
        (ErrorKind::AlreadyExists, Ownership::Theirs)
    );
    world.ends();
}
