//! Creates with lost responses: no object is orphaned, and no object of another client is claimed.

use crate::script::{
    ARM, Act, Answer, World, absent, body, empty, fails, foreign, found, refuses, resource, says,
};
use azure::error::ErrorKind;
use azure::write::{Ownership, PreviousRun};
use serde_json::json;

fn there() -> (&'static str, Answer) {
    ("PUT pe", refuses(412, "PreconditionFailed"))
}

fn lost() -> (&'static str, Answer) {
    ("PUT pe", fails(Act::Dropped))
}

/// Runs a create that finds another client's object. Nothing is recorded or overwritten.
async fn exists(steps: Vec<(&str, Answer)>) {
    let world = World::new(steps);
    let refused = world.make(true, PreviousRun::None).await.unwrap_err();
    assert_eq!(
        (refused.error.kind(), refused.ownership),
        (ErrorKind::AlreadyExists, Ownership::Theirs)
    );
    assert!(!world.is_accepted());
    sent_under_a_condition(&world);
}

fn sent_under_a_condition(world: &World) {
    for seen in world.ends().iter().filter(|it| !it.body.is_empty()) {
        assert_eq!(seen.header("if-none-match"), "*");
        assert_eq!(seen.body, body().to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn an_existing_object_belongs_to_another_client() {
    // Even if it is equal: this run has not made it.
    exists(vec![there()]).await;
}

#[tokio::test(start_paused = true)]
async fn an_object_of_a_lost_attempt_is_ours() {
    let lost = [
        fails(Act::Dropped),
        empty(500),
        empty(408),
        empty(504),
        says(201, resource("Succeeded")).torn(),
    ];
    let creating = || found(resource("Creating"));
    let succeeded = || found(resource("Succeeded"));
    for lost in lost {
        // It may not be done yet when it is looked at.
        let shown = vec![creating(), creating(), succeeded(), succeeded()];
        // It may not be shown yet, though ARM says that it is there.
        let hidden = [absent(), there(), absent(), creating()].into_iter().chain(shown.clone());
        for steps in [shown, hidden.collect()] {
            let world = World::new([("PUT pe", lost.clone())].into_iter().chain(steps));
            assert_eq!(world.create().await.unwrap(), resource("Succeeded"));
            assert!(world.is_accepted());
            sent_under_a_condition(&world);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_different_object_after_a_lost_attempt_is_not_ours() {
    exists(vec![lost(), found(foreign())]).await;
    exists(vec![lost(), absent(), there(), found(foreign()), found(foreign())]).await;
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_never_arrived_created_nothing() {
    for never in [fails(Act::Unreached), refuses(429, "TooManyRequests")] {
        exists(vec![("PUT pe", never.clone()), absent(), there()]).await;
        // Even if it is equal.
        exists(vec![("PUT pe", never), found(resource("Succeeded"))]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_that_stays_hidden_is_not_claimed() {
    let hidden = ("GET pe", refuses(404, "ResourceNotFound").forever());
    let world = World::new([lost(), absent(), there(), hidden]);
    let refused = world.make(true, PreviousRun::None).await.unwrap_err();
    // It may be ours all the same: the next run knows more.
    assert_eq!(
        (refused.error.kind(), refused.ownership),
        (ErrorKind::AlreadyExists, Ownership::Unknown)
    );
    assert!(!world.is_accepted());
    let seen = world.ends_within(20.0, 30.3);
    assert!(seen.len() > 10, "{}", seen.len());
}

#[tokio::test(start_paused = true)]
async fn an_operation_may_report_an_existing_object() {
    // Private DNS accepts the request, and its operation then fails.
    let accepted = || ("PUT pe", empty(202).with("azure-asyncoperation", format!("{ARM}/o/1")));
    let failed = || {
        let error = json!({"code": "PreconditionFailed", "message": "It exists already."});
        ("GET /o/1", says(200, json!({"status": "Failed", "error": error})))
    };
    exists(vec![accepted(), failed()]).await;
    exists(vec![lost(), absent(), accepted(), failed(), found(foreign()), found(foreign())]).await;

    let ours = (0..4).map(|_| found(resource("Succeeded")));
    let world = World::new([lost(), absent(), accepted(), failed()].into_iter().chain(ours));
    assert_eq!(world.create().await.unwrap(), resource("Succeeded"));
    assert!(world.is_accepted());
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_locked_target_is_not_an_existing_object() {
    let error = json!({"code": "PreconditionFailed", "message": "No exclusive lock."});
    let world = World::new([
        ("PUT pe", empty(202).with("azure-asyncoperation", format!("{ARM}/o/1"))),
        ("GET /o/1", says(200, json!({"status": "Failed", "error": error}))),
        absent(),
        ("PUT pe", says(200, resource("Succeeded"))),
    ]);
    assert_eq!(world.create().await.unwrap(), resource("Succeeded"));
    sent_under_a_condition(&world);
}

#[tokio::test(start_paused = true)]
async fn an_object_created_before_a_connection_error_is_recorded() {
    for (live, whose) in [
        (says(200, resource("Creating")), Ownership::Ours),
        (says(200, foreign()), Ownership::Theirs),
        (refuses(404, "ResourceNotFound"), Ownership::Unknown),
        (refuses(403, "AuthorizationFailed"), Ownership::Unknown),
    ] {
        let silence = (0..6).map(|_| ("GET pe", fails(Act::Unreached)));
        let steps = [lost()].into_iter().chain(silence).chain([("GET pe", live)]);
        let world = World::new(steps);
        let refused = world.make(true, PreviousRun::None).await.unwrap_err();
        assert_eq!((refused.error.kind(), refused.ownership), (ErrorKind::Transport, whose));
        assert_eq!(world.is_accepted(), whose == Ownership::Ours);
        world.ends();
    }
    // What never arrived is not looked for in the end.
    let tries = || [("PUT pe", fails(Act::Unreached)), absent()];
    let world = World::new((0..12).flat_map(|_| tries()).take(23));
    let refused = world.make(true, PreviousRun::None).await.unwrap_err();
    assert_eq!(
        (refused.error.kind(), refused.ownership),
        (ErrorKind::Transport, Ownership::Unowned)
    );
    assert!(refused.error.to_string().contains("failed 12 times in a row"), "{}", refused.error);
    assert!(!world.is_accepted());
    sent_under_a_condition(&world);
}

#[tokio::test(start_paused = true)]
async fn an_object_created_before_a_refusal_is_recorded() {
    let refusal = || ("PUT pe", refuses(403, "AuthorizationFailed"));
    let world = World::new([lost(), absent(), refusal(), found(resource("Creating"))]);
    assert_eq!(world.put().await.unwrap_err().kind(), ErrorKind::Denied);
    assert!(world.is_accepted());
    assert_eq!(world.ends()[0].body, body().to_string());
    // What is whole is no failure, whatever kept us from seeing it come.
    let world = World::new([lost(), absent(), refusal(), found(resource("Succeeded"))]);
    assert_eq!(world.put().await.unwrap(), resource("Succeeded"));
    assert!(world.is_accepted());
    world.ends();
}
