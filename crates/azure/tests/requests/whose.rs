//! Whose the object is that a create finds: the table of ARCHITECTURE.md, by what ARM answers.

use crate::script::{
    ARM, Act, Answer, World, absent, body, empty, fails, foreign, found, refuses, resource, says,
};
use azure::error::Kind;
use azure::operation::Address;
use azure::write::{Earlier, Whose};
use serde_json::json;

pub(crate) type Step = (&'static str, Answer);

/// The kinds of type that there are: such as take a condition, and such as ignore it.
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
    let made = world.make(conditional, Earlier::None).await.unwrap();
    assert!(made.sent && world.is_accepted());
    assert_eq!(made.body, resource("Succeeded"));
    world.ends();
    world
}

/// A create without success: what is wrong, and whose the object is that there may be.
async fn fails_as(conditional: bool, steps: &[Step], kind: Kind, whose: Whose) -> World {
    let world = World::new(steps.to_vec()).within(60);
    let refused = world.make(conditional, Earlier::None).await.unwrap_err();
    assert_eq!((refused.error.kind(), refused.whose), (kind, whose), "{}", refused.error);
    for seen in world.ends().iter().filter(|it| conditional && !it.body.is_empty()) {
        assert_eq!(seen.header("if-none-match"), "*");
    }
    world
}

/// The same, where nothing goes on record.
async fn leaves(conditional: bool, steps: &[Step], kind: Kind, whose: Whose) {
    let world = fails_as(conditional, steps, kind, whose).await;
    assert!(!world.is_accepted());
}

#[tokio::test(start_paused = true)]
async fn who_was_refused_has_made_nothing() {
    for conditional in BOTH {
        let refusal = || put(refuses(403, "RequestDisallowedByPolicy"));
        leaves(conditional, &[refusal()], Kind::Denied, Whose::Nobodys).await;
        // What is there after a refusal is somebody else's, even if it is equal.
        for live in [resource("Succeeded"), resource("Creating"), foreign()] {
            leaves(conditional, &[busy(), found(live)], Kind::Exists, Whose::Theirs).await;
        }
        let steps = [busy(), absent(), refusal()];
        leaves(conditional, &steps, Kind::Denied, Whose::Nobodys).await;
        leaves(conditional, &[busy(), hidden()], Kind::Denied, Whose::Nobodys).await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_only_what_was_sent_is_ours() {
    for conditional in BOTH {
        let rest = [shows("Creating"), shows("Creating"), shows("Succeeded"), shows("Succeeded")];
        makes(conditional, &[&[lost()], &rest[..]].concat()).await;
        leaves(conditional, &[lost(), found(foreign())], Kind::Exists, Whose::Theirs).await;
        let again = [lost(), absent(), put(says(201, resource("Succeeded"))), shows("Succeeded")];
        makes(conditional, &again).await;

        // Nobody can look; then a last look tells, or the next run must.
        for (last, whose) in [
            (hidden(), Whose::Unknown),
            (absent(), Whose::Unknown),
            (found(foreign()), Whose::Theirs),
        ] {
            leaves(conditional, &[lost(), hidden(), last], Kind::Denied, whose).await;
        }
        let steps = [lost(), hidden(), shows("Creating")];
        let world = fails_as(conditional, &steps, Kind::Denied, Whose::Ours).await;
        assert!(world.is_accepted());
        makes(conditional, &[lost(), hidden(), shows("Succeeded")]).await;
    }
}

/// ARM has changed what was there: somebody else was quicker.
#[tokio::test(start_paused = true)]
async fn a_create_that_is_answered_as_a_change_has_made_nothing() {
    let operation = |it: Answer| it.with("azure-asyncoperation", format!("{ARM}/o/1"));
    for answer in [
        says(200, resource("Succeeded")),
        says(200, resource("Updating")),
        says(200, foreign()),
        empty(200),
        operation(says(200, resource("Updating"))),
    ] {
        let changed = || put(answer.clone());
        let world = fails_as(false, &[changed()], Kind::Exists, Whose::Theirs).await;
        assert!(!world.is_accepted() && world.addresses().is_empty());
        // Tries that were refused, or came to nothing, make it no more ours.
        for trouble in [busy(), put(fails(Act::Unreached))] {
            let steps = [trouble, absent(), changed()];
            leaves(false, &steps, Kind::Exists, Whose::Theirs).await;
        }
        let steps = [accepted(), failed("RetryableError"), absent(), changed()];
        leaves(false, &steps, Kind::Exists, Whose::Theirs).await;
    }
    // Where it went with a condition, ARM has not changed what was there.
    makes(true, &[put(says(200, resource("Succeeded")))]).await;
    let rest = [shows("Updating"), shows("Succeeded"), shows("Succeeded")];
    makes(true, &[&[put(says(200, resource("Updating")))], &rest[..]].concat()).await;
}

/// The earlier try may have made it just now.
#[tokio::test(start_paused = true)]
async fn a_create_that_is_answered_as_a_change_after_a_lost_one_is_ours() {
    for conditional in BOTH {
        let again = put(says(200, resource("Succeeded")));
        makes(conditional, &[lost(), absent(), again.clone()]).await;
        makes(conditional, &[lost(), absent(), busy(), absent(), again]).await;
        // What others made looks otherwise, and is not even written over.
        leaves(conditional, &[lost(), found(foreign())], Kind::Exists, Whose::Theirs).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_ends_badly_after_a_lost_answer_is_ours_all_the_same() {
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
        let refused = world.make(conditional, Earlier::None).await.unwrap_err();
        assert_eq!((refused.error.kind(), refused.whose), (Kind::Invalid, Whose::Ours));
        assert!(world.is_accepted());
        assert_eq!(world.ends()[4].header("if-match"), "e");
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_operation_is_not_to_be_seen_the_object_tells() {
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
            leaves(conditional, &theirs, Kind::Exists, Whose::Theirs).await;
            for rest in [[absent(), absent()], [hidden(), hidden()], [absent(), hidden()]] {
                leaves(conditional, &steps(&rest), Kind::Denied, Whose::Unknown).await;
            }
            makes(conditional, &steps(&[absent(), shows("Succeeded")])).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_accepted_create_tells_where_to_ask_later() {
    let status = || Address::Status(format!("{ARM}/o/1"));
    let place = || Address::Place(format!("{ARM}/o/1"));
    for (name, address) in [("azure-asyncoperation", status()), ("location", place())] {
        let begun = put(empty(202).with(name, format!("{ARM}/o/1")));
        let steps = [begun, ("GET /o/1", fails(Act::Hangs)), absent()];
        let world = fails_as(true, &steps, Kind::Timeout, Whose::Unknown).await;
        assert_eq!(world.addresses(), [address]);
        assert!(!world.is_accepted());
    }
    // Location beside 200 names the resource.
    let own = put(says(200, resource("Succeeded")).with("location", format!("{ARM}/o/1")));
    let world = makes(true, &[own, shows("Succeeded")]).await;
    assert_eq!(world.addresses(), []);
}

#[tokio::test(start_paused = true)]
async fn what_arm_says_it_has_made_is_ours_however_it_ends() {
    for conditional in BOTH {
        for last in [shows("Failed"), found(foreign()), hidden()] {
            for code in ["Quota", "PreconditionFailed"] {
                // Where there was no condition, the precondition is a lock that is waited for.
                if !conditional && code == "PreconditionFailed" {
                    continue;
                }
                let steps = [begun(), failed(code), last.clone()];
                let world = World::new(steps);
                let refused = world.make(conditional, Earlier::None).await.unwrap_err();
                assert_eq!((refused.error.code(), refused.whose), (Some(code), Whose::Ours));
                assert!(world.is_accepted());
                world.ends();
            }
        }
        let steps = [begun(), failed("Quota"), absent()];
        fails_as(conditional, &steps, Kind::Invalid, Whose::Nobodys).await;

        let rest = [shows("Creating"), shows("Succeeded"), shows("Succeeded")];
        makes(conditional, &[&[begun(), unseen()], &rest[..]].concat()).await;
        makes(conditional, &[begun(), unseen(), absent(), shows("Succeeded")]).await;
        fails_as(conditional, &[begun(), unseen(), hidden(), hidden()], Kind::Denied, Whose::Ours)
            .await;
    }
}

/// It may still come, and must not be forgotten.
#[tokio::test(start_paused = true)]
async fn what_is_made_and_not_shown_yet_may_still_come() {
    for conditional in BOTH {
        let steps = [begun(), unseen(), absent(), absent()];
        fails_as(conditional, &steps, Kind::Denied, Whose::Unknown).await;
        let steps = [begun(), ("GET /o/1", fails(Act::Hangs)), absent()];
        fails_as(conditional, &steps, Kind::Timeout, Whose::Unknown).await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_an_operation_that_passes_as_failed_it_is_looked_at_again() {
    let busy = || failed("RetryableError");
    // Theirs, made meanwhile, is left alone, even if it is equal.
    for live in [resource("Succeeded"), foreign()] {
        leaves(true, &[accepted(), busy(), found(live)], Kind::Exists, Whose::Theirs).await;
    }
    let there = put(refuses(412, "PreconditionFailed"));
    let steps = [accepted(), busy(), absent(), there];
    leaves(true, &steps, Kind::Exists, Whose::Theirs).await;
    let again = [accepted(), busy(), absent(), accepted(), busy(), absent(), accepted()];
    let done = ("GET /o/1", says(200, json!({"status": "Succeeded"})));
    let world = makes(true, &[&again[..], &[done, shows("Succeeded")]].concat()).await;
    for seen in world.ends().iter().filter(|it| !it.body.is_empty()) {
        assert_eq!(seen.header("if-none-match"), "*");
        assert_eq!(seen.body, body().to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_operation_that_leaves_nothing_leaves_nothing_on_record() {
    // Under a condition it cannot have left anything: what is there is somebody else's.
    let steps = |last| [accepted(), failed("Quota"), last];
    leaves(true, &steps(absent()), Kind::Invalid, Whose::Nobodys).await;
    leaves(true, &steps(found(foreign())), Kind::Invalid, Whose::Theirs).await;
    leaves(true, &steps(shows("Succeeded")), Kind::Invalid, Whose::Theirs).await;
    leaves(true, &steps(hidden()), Kind::Invalid, Whose::Nobodys).await;
    // Without one it may have.
    let steps = |last| [accepted(), failed("Quota"), last];
    leaves(false, &steps(absent()), Kind::Invalid, Whose::Nobodys).await;
    leaves(false, &steps(found(foreign())), Kind::Invalid, Whose::Theirs).await;
    leaves(false, &steps(hidden()), Kind::Invalid, Whose::Unknown).await;
    let world = fails_as(false, &steps(shows("Failed")), Kind::Invalid, Whose::Ours).await;
    assert!(world.is_accepted());
}

/// Once nothing is left of what was made, what is there next is not that.
#[tokio::test(start_paused = true)]
async fn what_comes_after_what_went_is_not_ours() {
    for conditional in BOTH {
        let went = [begun(), failed("RetryableError"), absent()];
        let steps = [&went[..], &[busy(), shows("Succeeded")]].concat();
        fails_as(conditional, &steps, Kind::Exists, Whose::Theirs).await;
        let steps = [&went[..], &[lost(), found(foreign())]].concat();
        fails_as(conditional, &steps, Kind::Exists, Whose::Theirs).await;
        // The same after a lost answer whose object ended badly, and went.
        let went = [lost(), shows("Failed"), shows("Failed"), absent(), absent()];
        let steps = [&went[..], &[busy(), shows("Succeeded")]].concat();
        fails_as(conditional, &steps, Kind::Exists, Whose::Theirs).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_operation_left_is_written_again_over_what_is_there() {
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
