//! Ownership of an object that a create finds: the table of ARCHITECTURE.md, by ARM's responses.

use crate::script::{
    ARM, Act, Answer, World, absent, body, empty, fails, foreign, found, refuses, resource, says,
};
use azure::error::ErrorKind;
use azure::operation::OperationUrl;
use azure::write::{Ownership, PreviousRun};
use serde_json::json;

pub(crate) type Step = (&'static str, Answer);

/// Kinds of types: those that support conditions, and those that ignore them.
pub(crate) const BOTH: [bool; 2] = [true, false];

pub(crate) fn put(answer: Answer) -> Step {
    ("PUT pe", answer)
}

pub(crate) fn lost() -> Step {
    put(fails(Act::Dropped))
}

pub(crate) fn busy() -> Step {
    put(refuses(429, "TooManyRequests"))
}

pub(crate) fn accepted() -> Step {
    put(empty(202).with("azure-asyncoperation", format!("{ARM}/o/1")))
}

pub(crate) fn begun() -> Step {
    put(says(201, resource("Creating")).with("azure-asyncoperation", format!("{ARM}/o/1")))
}

pub(crate) fn failed(code: &str) -> Step {
    let error = json!({"code": code, "message": "It went wrong."});
    ("GET /o/1", says(200, json!({"status": "Failed", "error": error})))
}

fn unseen() -> Step {
    ("GET /o/1", refuses(403, "AuthorizationFailed"))
}

fn hidden() -> Step {
    ("GET pe", refuses(403, "Hidden"))
}

pub(crate) fn shows(state: &str) -> Step {
    found(resource(state))
}

pub(crate) async fn makes(conditional: bool, steps: &[Step]) -> World {
    let world = World::new(steps.to_vec());
    let made = world.make(conditional, PreviousRun::None).await.unwrap();
    assert!(made.sent && world.is_accepted());
    assert_eq!(made.body, resource("Succeeded"));
    world.ends();
    world
}

/// Checks a failed create: its error, and the owner of an object that may exist.
async fn fails_as(conditional: bool, steps: &[Step], kind: ErrorKind, whose: Ownership) -> World {
    let world = World::new(steps.to_vec()).within(60);
    let refused = world.make(conditional, PreviousRun::None).await.unwrap_err();
    assert_eq!((refused.error.kind(), refused.ownership), (kind, whose), "{}", refused.error);
    for seen in world.ends().iter().filter(|it| conditional && !it.body.is_empty()) {
        assert_eq!(seen.header("if-none-match"), "*");
    }
    world
}

/// Checks a failed create that records nothing.
async fn leaves(conditional: bool, steps: &[Step], kind: ErrorKind, whose: Ownership) {
    let world = fails_as(conditional, steps, kind, whose).await;
    assert!(!world.is_accepted());
}

#[tokio::test(start_paused = true)]
async fn a_refused_create_owns_nothing() {
    for conditional in BOTH {
        let refusal = || put(refuses(403, "RequestDisallowedByPolicy"));
        leaves(conditional, &[refusal()], ErrorKind::Denied, Ownership::Unowned).await;
        // What is there after a refusal is somebody else's, even if it is equal.
        for live in [resource("Succeeded"), resource("Creating"), foreign()] {
            leaves(
                conditional,
                &[busy(), found(live)],
                ErrorKind::AlreadyExists,
                Ownership::Theirs,
            )
            .await;
        }
        let steps = [busy(), absent(), refusal()];
        leaves(conditional, &steps, ErrorKind::Denied, Ownership::Unowned).await;
        leaves(conditional, &[busy(), hidden()], ErrorKind::Denied, Ownership::Unowned).await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_response_only_an_equal_object_is_ours() {
    for conditional in BOTH {
        let rest = [shows("Creating"), shows("Creating"), shows("Succeeded"), shows("Succeeded")];
        makes(conditional, &[&[lost()], &rest[..]].concat()).await;
        leaves(
            conditional,
            &[lost(), found(foreign())],
            ErrorKind::AlreadyExists,
            Ownership::Theirs,
        )
        .await;
        let again = [lost(), absent(), put(says(201, resource("Succeeded"))), shows("Succeeded")];
        makes(conditional, &again).await;

        // Nobody can look; then a last look tells, or the next run must.
        for (last, whose) in [
            (hidden(), Ownership::Unknown),
            (absent(), Ownership::Unknown),
            (found(foreign()), Ownership::Theirs),
        ] {
            leaves(conditional, &[lost(), hidden(), last], ErrorKind::Denied, whose).await;
        }
        let steps = [lost(), hidden(), shows("Creating")];
        let world = fails_as(conditional, &steps, ErrorKind::Denied, Ownership::Ours).await;
        assert!(world.is_accepted());
        makes(conditional, &[lost(), hidden(), shows("Succeeded")]).await;
    }
}

/// ARM answered that it changed an existing object: another client was faster.
#[tokio::test(start_paused = true)]
async fn a_create_that_arm_answers_with_200_owns_nothing() {
    let operation = |it: Answer| it.with("azure-asyncoperation", format!("{ARM}/o/1"));
    for answer in [
        says(200, resource("Succeeded")),
        says(200, resource("Updating")),
        says(200, foreign()),
        empty(200),
        operation(says(200, resource("Updating"))),
    ] {
        let changed = || put(answer.clone());
        let world =
            fails_as(false, &[changed()], ErrorKind::AlreadyExists, Ownership::Theirs).await;
        assert!(!world.is_accepted() && world.addresses().is_empty());
        // Tries that were refused, or came to nothing, make it no more ours.
        for trouble in [busy(), put(fails(Act::Unreached))] {
            let steps = [trouble, absent(), changed()];
            leaves(false, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
        }
        let steps = [accepted(), failed("RetryableError"), absent(), changed()];
        leaves(false, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
    }
    // Where it went with a condition, ARM has not changed what was there.
    makes(true, &[put(says(200, resource("Succeeded")))]).await;
    let rest = [shows("Updating"), shows("Succeeded"), shows("Succeeded")];
    makes(true, &[&[put(says(200, resource("Updating")))], &rest[..]].concat()).await;
}

/// The earlier try may have made it just now.
#[tokio::test(start_paused = true)]
async fn a_200_after_a_lost_attempt_makes_the_object_ours() {
    for conditional in BOTH {
        let again = put(says(200, resource("Succeeded")));
        makes(conditional, &[lost(), absent(), again.clone()]).await;
        makes(conditional, &[lost(), absent(), busy(), absent(), again]).await;
        // What others made looks otherwise, and is not even written over.
        leaves(
            conditional,
            &[lost(), found(foreign())],
            ErrorKind::AlreadyExists,
            Ownership::Theirs,
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_object_after_a_lost_response_is_ours() {
    // What it left failed is written over once; that fails again.
    for conditional in BOTH {
        let world = World::new([
            lost(),
            shows("Failed"),
            shows("Failed"),
            shows("Failed"),
            put(says(200, resource("Failed"))),
            shows("Failed"),
        ]);
        let refused = world.make(conditional, PreviousRun::None).await.unwrap_err();
        assert_eq!(
            (refused.error.kind(), refused.ownership),
            (ErrorKind::Invalid, Ownership::Ours)
        );
        assert!(world.is_accepted());
        assert_eq!(world.ends()[4].header("if-match"), "e");
    }
}

#[tokio::test(start_paused = true)]
async fn without_its_operation_a_create_is_judged_by_the_object() {
    let place = || put(empty(202).with("location", format!("{ARM}/o/1")));
    for conditional in BOTH {
        for begun in [accepted(), place()] {
            let steps = |rest: &[Step]| [&[begun.clone(), unseen()], rest].concat();
            makes(
                conditional,
                &steps(&[shows("Creating"), shows("Succeeded"), shows("Succeeded")]),
            )
            .await;
            let theirs = steps(&[found(foreign())]);
            leaves(conditional, &theirs, ErrorKind::AlreadyExists, Ownership::Theirs).await;
            for rest in [[absent(), absent()], [hidden(), hidden()], [absent(), hidden()]] {
                leaves(conditional, &steps(&rest), ErrorKind::Denied, Ownership::Unknown).await;
            }
            makes(conditional, &steps(&[absent(), shows("Succeeded")])).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_accepted_create_reports_the_url_of_its_operation() {
    let status = || OperationUrl::AsyncOperation(format!("{ARM}/o/1"));
    let place = || OperationUrl::Location(format!("{ARM}/o/1"));
    for (name, address) in [("azure-asyncoperation", status()), ("location", place())] {
        let begun = put(empty(202).with(name, format!("{ARM}/o/1")));
        let steps = [begun, ("GET /o/1", fails(Act::Hangs)), absent()];
        let world = fails_as(true, &steps, ErrorKind::Timeout, Ownership::Unknown).await;
        assert_eq!(world.addresses(), [address]);
        assert!(!world.is_accepted());
    }
    // Location beside 200 names the resource.
    let own = put(says(200, resource("Succeeded")).with("location", format!("{ARM}/o/1")));
    let world = makes(true, &[own, shows("Succeeded")]).await;
    assert_eq!(world.addresses(), []);
}

#[tokio::test(start_paused = true)]
async fn an_object_that_arm_created_is_ours_after_any_end() {
    for conditional in BOTH {
        for last in [shows("Failed"), found(foreign()), hidden()] {
            for code in ["Quota", "PreconditionFailed"] {
                // Where there was no condition, the precondition is a lock that is waited for.
                if !conditional && code == "PreconditionFailed" {
                    continue;
                }
                let steps = [begun(), failed(code), last.clone()];
                let world = World::new(steps);
                let refused = world.make(conditional, PreviousRun::None).await.unwrap_err();
                assert_eq!(
                    (refused.error.code(), refused.ownership),
                    (Some(code), Ownership::Ours)
                );
                assert!(world.is_accepted());
                world.ends();
            }
        }
        let steps = [begun(), failed("Quota"), absent()];
        fails_as(conditional, &steps, ErrorKind::Invalid, Ownership::Unowned).await;

        let rest = [shows("Creating"), shows("Succeeded"), shows("Succeeded")];
        makes(conditional, &[&[begun(), unseen()], &rest[..]].concat()).await;
        makes(conditional, &[begun(), unseen(), absent(), shows("Succeeded")]).await;
        fails_as(
            conditional,
            &[begun(), unseen(), hidden(), hidden()],
            ErrorKind::Denied,
            Ownership::Ours,
        )
        .await;
    }
}

/// It may still come, and must not be forgotten.
#[tokio::test(start_paused = true)]
async fn a_created_object_that_is_hidden_may_still_appear() {
    for conditional in BOTH {
        let steps = [begun(), unseen(), absent(), absent()];
        fails_as(conditional, &steps, ErrorKind::Denied, Ownership::Unknown).await;
        let steps = [begun(), ("GET /o/1", fails(Act::Hangs)), absent()];
        fails_as(conditional, &steps, ErrorKind::Timeout, Ownership::Unknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_operation_is_followed_by_a_read() {
    let busy = || failed("RetryableError");
    // Theirs, made meanwhile, is left alone, even if it is equal.
    for live in [resource("Succeeded"), foreign()] {
        leaves(
            true,
            &[accepted(), busy(), found(live)],
            ErrorKind::AlreadyExists,
            Ownership::Theirs,
        )
        .await;
    }
    let there = put(refuses(412, "PreconditionFailed"));
    let steps = [accepted(), busy(), absent(), there];
    leaves(true, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
    let again = [accepted(), busy(), absent(), accepted(), busy(), absent(), accepted()];
    let done = ("GET /o/1", says(200, json!({"status": "Succeeded"})));
    let world = makes(true, &[&again[..], &[done, shows("Succeeded")]].concat()).await;
    for seen in world.ends().iter().filter(|it| !it.body.is_empty()) {
        assert_eq!(seen.header("if-none-match"), "*");
        assert_eq!(seen.body, body().to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_operation_without_an_object_records_nothing() {
    // Under a condition it cannot have left anything: what is there is somebody else's.
    let steps = |last| [accepted(), failed("Quota"), last];
    leaves(true, &steps(absent()), ErrorKind::Invalid, Ownership::Unowned).await;
    leaves(true, &steps(found(foreign())), ErrorKind::Invalid, Ownership::Theirs).await;
    leaves(true, &steps(shows("Succeeded")), ErrorKind::Invalid, Ownership::Theirs).await;
    leaves(true, &steps(hidden()), ErrorKind::Invalid, Ownership::Unowned).await;
    // Without one it may have.
    let steps = |last| [accepted(), failed("Quota"), last];
    leaves(false, &steps(absent()), ErrorKind::Invalid, Ownership::Unowned).await;
    leaves(false, &steps(found(foreign())), ErrorKind::Invalid, Ownership::Theirs).await;
    leaves(false, &steps(hidden()), ErrorKind::Invalid, Ownership::Unknown).await;
    let world = fails_as(false, &steps(shows("Failed")), ErrorKind::Invalid, Ownership::Ours).await;
    assert!(world.is_accepted());
}

/// Once nothing is left of what was made, what is there next is not that.
#[tokio::test(start_paused = true)]
async fn an_object_that_replaces_a_deleted_one_is_not_ours() {
    for conditional in BOTH {
        let went = [begun(), failed("RetryableError"), absent()];
        let steps = [&went[..], &[busy(), shows("Succeeded")]].concat();
        fails_as(conditional, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
        let steps = [&went[..], &[lost(), found(foreign())]].concat();
        fails_as(conditional, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
        // The same after a lost answer whose object ended badly, and went.
        let went = [lost(), shows("Failed"), shows("Failed"), absent(), absent()];
        let steps = [&went[..], &[busy(), shows("Succeeded")]].concat();
        fails_as(conditional, &steps, ErrorKind::AlreadyExists, Ownership::Theirs).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_repair_is_built_from_the_current_object() {
    let mut whole = resource("Failed");
    whole["tags"] = json!({"by": "policy"});
    let left = || found(whole.clone());
    let steps = [
        accepted(),
        failed("RetryableError"),
        left(),
        left(),
        left(),
        put(says(200, resource("Succeeded"))),
    ];
    let world = makes(false, &steps).await;
    let seen = world.ends();
    assert_eq!(seen[5].header("if-match"), "e");
    let sent: serde_json::Value = serde_json::from_str(&seen[5].body).unwrap();
    assert_eq!(sent["tags"], json!({"by": "policy"}));
    assert_eq!(sent["properties"]["subnet"]["id"], "/s");
}
