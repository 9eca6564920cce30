//! Creates that an earlier run began and did not finish.

use crate::script::{
    ARM, Act, Answer, World, absent, body, empty, fails, foreign, found, refuses, resource, says,
};
use azure::error::ErrorKind;
use azure::operation::OperationUrl;
use azure::write::{CreateError, Created, Ownership, PreviousRun};
use serde_json::json;

type Step = (&'static str, Answer);

const BOTH: [bool; 2] = [true, false];

fn operation() -> PreviousRun {
    PreviousRun::Operation(OperationUrl::AsyncOperation(format!("{ARM}/o/1")))
}

fn place() -> PreviousRun {
    PreviousRun::Operation(OperationUrl::Location(format!("{ARM}/o/1")))
}

fn status(state: &str) -> Step {
    ("GET /o/1", says(200, json!({ "status": state })))
}

fn put(answer: Answer) -> Step {
    ("PUT pe", answer)
}

fn shows(state: &str) -> Step {
    found(resource(state))
}

async fn plays(
    conditional: bool,
    earlier: &PreviousRun,
    steps: &[Step],
) -> (World, Result<Created, CreateError>) {
    let world = World::new(steps.to_vec()).within(60);
    let made = world.make(conditional, earlier.clone()).await;
    world.ends();
    (world, made)
}

/// The earlier run has made it: this one sends nothing.
async fn takes_up(conditional: bool, earlier: &PreviousRun, steps: &[Step]) {
    let (world, made) = plays(conditional, earlier, steps).await;
    let made = made.unwrap();
    assert_eq!((made.body, made.sent), (resource("Succeeded"), false));
    assert!(world.is_accepted());
}

/// The earlier run has made nothing: this one does.
async fn makes(conditional: bool, earlier: &PreviousRun, steps: &[Step]) {
    let (world, made) = plays(conditional, earlier, steps).await;
    let made = made.unwrap();
    assert_eq!((made.body, made.sent), (resource("Succeeded"), true));
    let seen = world.ends();
    let sent: Vec<_> = seen.iter().filter(|it| !it.body.is_empty()).collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].body, body().to_string());
    assert_eq!(sent[0].header("if-none-match"), if conditional { "*" } else { "" });
}

async fn leaves(
    conditional: bool,
    earlier: &PreviousRun,
    steps: &[Step],
    kind: ErrorKind,
    whose: Ownership,
) {
    let (world, made) = plays(conditional, earlier, steps).await;
    let refused = made.unwrap_err();
    assert_eq!((refused.error.kind(), refused.ownership), (kind, whose), "{}", refused.error);
    assert!(!world.is_accepted());
}

#[tokio::test(start_paused = true)]
async fn an_equal_object_of_an_earlier_run_is_ours() {
    let sent = PreviousRun::Sent;
    for conditional in BOTH {
        takes_up(
            conditional,
            &sent,
            &[shows("Creating"), shows("Creating"), shows("Succeeded"), shows("Succeeded")],
        )
        .await;
        leaves(
            conditional,
            &sent,
            &[found(foreign())],
            ErrorKind::AlreadyExists,
            Ownership::Theirs,
        )
        .await;
        let made = put(says(200, resource("Succeeded")));
        makes(conditional, &sent, &[absent(), made]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_while_reads_fail() {
    let hidden = || ("GET pe", refuses(403, "Hidden"));
    let unseen = ("GET /o/1", refuses(404, "NotFound"));
    for conditional in BOTH {
        let steps = [hidden(), hidden()];
        leaves(conditional, &PreviousRun::Sent, &steps, ErrorKind::Denied, Ownership::Unknown)
            .await;
        let steps = [unseen.clone(), hidden(), hidden()];
        leaves(conditional, &operation(), &steps, ErrorKind::Denied, Ownership::Unknown).await;
    }
}

/// The earlier one may still be carried out: the next run has to look again.
#[tokio::test(start_paused = true)]
async fn a_refusal_leaves_the_earlier_attempt_open() {
    let refusal = put(refuses(403, "RequestDisallowedByPolicy"));
    for conditional in BOTH {
        let steps = [absent(), refusal.clone(), absent()];
        leaves(conditional, &PreviousRun::Sent, &steps, ErrorKind::Denied, Ownership::Unknown)
            .await;
    }
    // What shows up only now is the earlier run's, if it is what was sent.
    let there = || put(refuses(412, "PreconditionFailed"));
    let shown = [absent(), shows("Succeeded"), shows("Succeeded"), shows("Succeeded")];
    let steps = [&[absent(), there()], &shown[..], &[shows("Succeeded")]].concat();
    let (world, made) = plays(true, &PreviousRun::Sent, &steps).await;
    assert_eq!(made.unwrap().body, resource("Succeeded"));
    assert!(world.is_accepted());
}

#[tokio::test(start_paused = true)]
async fn the_earlier_operation_is_followed_first() {
    let shown = || [shows("Succeeded"), shows("Succeeded"), shows("Succeeded")];
    for conditional in BOTH {
        let steps = [&[status("Running"), status("Succeeded")], &shown()[..]].concat();
        takes_up(conditional, &operation(), &steps).await;
        let places = [("GET /o/1", empty(202)), ("GET /o/1", empty(200))];
        takes_up(conditional, &place(), &[&places[..], &shown()].concat()).await;

        let steps = [status("Succeeded"), found(foreign())];
        leaves(conditional, &operation(), &steps, ErrorKind::AlreadyExists, Ownership::Theirs)
            .await;
        // Somebody has deleted it since: it may only be hidden, and is waited for.
        let gone = ("GET pe", refuses(404, "ResourceNotFound").forever());
        let made = put(says(201, resource("Succeeded")));
        let steps = [status("Succeeded"), gone, made, shows("Succeeded")];
        makes(conditional, &operation(), &steps).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_after_a_failed_operation_is_not_ours() {
    for earlier in [operation(), place()] {
        let made = put(says(200, resource("Succeeded")));
        makes(true, &earlier, &[status("Failed"), absent(), made.clone()]).await;
        // Of types that ignore conditions, 200 says that somebody else was quicker.
        let steps = [status("Failed"), absent(), made];
        leaves(false, &earlier, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
        let made = put(says(201, resource("Succeeded")));
        let steps = [status("Failed"), absent(), made, shows("Succeeded")];
        makes(false, &earlier, &steps).await;
        for live in [resource("Succeeded"), foreign()] {
            let steps = [status("Failed"), found(live)];
            leaves(true, &earlier, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
        }
        // Without a condition it may have left something behind, which is repaired.
        leaves(
            false,
            &earlier,
            &[status("Failed"), found(foreign())],
            ErrorKind::AlreadyExists,
            Ownership::Theirs,
        )
        .await;
        let left = || shows("Failed");
        let repaired = put(says(200, resource("Succeeded")));
        let steps = [status("Failed"), left(), left(), left(), repaired];
        let (world, made) = plays(false, &earlier, &steps).await;
        assert_eq!(made.unwrap().body, resource("Succeeded"));
        assert!(world.is_accepted());
        assert_eq!(world.ends()[4].header("if-match"), "e");
        // And once that is gone, nothing is to come of it.
        let refusal = put(refuses(403, "RequestDisallowedByPolicy"));
        let steps = [status("Failed"), absent(), refusal];
        leaves(false, &earlier, &steps, ErrorKind::Denied, Ownership::Unowned).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_operation_is_judged_by_the_object() {
    let shown = || [shows("Succeeded"), shows("Succeeded"), shows("Succeeded")];
    for conditional in BOTH {
        for unseen in [refuses(404, "NotFound"), empty(404), refuses(403, "AuthorizationFailed")] {
            for earlier in [operation(), place()] {
                let unseen = || ("GET /o/1", unseen.clone());
                let steps = |rest: &[Step]| [&[unseen()], rest].concat();
                takes_up(conditional, &earlier, &steps(&shown())).await;
                let theirs = steps(&[found(foreign())]);
                leaves(conditional, &earlier, &theirs, ErrorKind::AlreadyExists, Ownership::Theirs)
                    .await;
                let made = put(says(200, resource("Succeeded")));
                makes(conditional, &earlier, &steps(&[absent(), made])).await;
            }
        }
        // An address of somebody else's is not asked at all.
        let elsewhere = OperationUrl::AsyncOperation("https://evil.example/o/1".to_owned());
        takes_up(conditional, &PreviousRun::Operation(elsewhere), &shown()).await;
    }
}

/// It goes on without us, and must not be forgotten.
#[tokio::test(start_paused = true)]
async fn an_abandoned_operation_may_still_create_the_object() {
    let hangs = ("GET /o/1", fails(Act::Hangs));
    for conditional in BOTH {
        for earlier in [operation(), place()] {
            let steps = [hangs.clone(), absent()];
            leaves(conditional, &earlier, &steps, ErrorKind::Timeout, Ownership::Unknown).await;

            let world = World::new([hangs.clone(), absent()]);
            world.interrupt_after(5);
            let refused = world.make(conditional, earlier.clone()).await.unwrap_err();
            assert_eq!(
                (refused.error.kind(), refused.ownership),
                (ErrorKind::Cancelled, Ownership::Unknown)
            );
            world.ends_within(5.0, 5.01);

            let (world, made) =
                plays(conditional, &earlier, &[hangs.clone(), shows("Creating")]).await;
            assert_eq!(made.unwrap_err().ownership, Ownership::Ours);
            assert!(world.is_accepted());
        }
    }
}
