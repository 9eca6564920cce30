//! Creates whose answer was lost: nothing is orphaned, and nothing of anybody else's is claimed.

use crate::script::{ARM, Act, Answer, World, body, empty, fails, refuses, resource, says};
use azure::error::Kind;
use azure::http::Condition;
use serde_json::{Value as Json, json};

fn there() -> Answer {
    refuses(412, "PreconditionFailed")
}

fn found(live: Json) -> (&'static str, Answer) {
    ("GET pe", says(200, live))
}

fn foreign() -> Json {
    let mut live = resource("Succeeded");
    live["properties"]["subnet"]["id"] = json!("/other");
    live
}

#[tokio::test(start_paused = true)]
async fn what_is_there_already_is_somebody_elses() {
    // Even if it is equal: this run has not made it.
    let world = World::new([("PUT pe", there())]);
    assert_eq!(world.create().await.unwrap_err().kind(), Kind::Exists);
    assert!(!world.is_accepted());
    assert_eq!(world.ends()[0].header("if-none-match"), "*");
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_try_has_made_is_ours() {
    let lost = [
        fails(Act::Dropped),
        empty(500),
        empty(408),
        empty(504),
        says(201, resource("Succeeded")).torn(),
    ];
    for lost in lost {
        let world = World::new([
            ("PUT pe", lost),
            ("PUT pe", there()),
            // It may not be shown yet, and not be done yet.
            ("GET pe", refuses(404, "ResourceNotFound")),
            found(resource("Creating")),
            found(resource("Creating")),
            found(resource("Succeeded")),
            found(resource("Succeeded")),
        ]);
        assert_eq!(world.create().await.unwrap(), resource("Succeeded"));
        assert!(world.is_accepted());
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_try_has_not_made_is_not_ours() {
    let world =
        World::new([("PUT pe", fails(Act::Dropped)), ("PUT pe", there()), found(foreign())]);
    assert_eq!(world.create().await.unwrap_err().kind(), Kind::Exists);
    assert!(!world.is_accepted());
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_try_that_never_arrived_has_made_nothing() {
    for never in [fails(Act::Unreached), refuses(429, "TooManyRequests")] {
        let world = World::new([("PUT pe", never), ("PUT pe", there())]);
        assert_eq!(world.create().await.unwrap_err().kind(), Kind::Exists);
        assert!(!world.is_accepted());
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_hidden_is_not_claimed() {
    let world = World::new([
        ("PUT pe", fails(Act::Dropped)),
        ("PUT pe", there()),
        ("GET pe", refuses(404, "ResourceNotFound").forever()),
    ]);
    assert_eq!(world.create().await.unwrap_err().kind(), Kind::Exists);
    assert!(!world.is_accepted());
    let seen = world.ends_within(20.0, 30.3);
    assert!(seen.len() > 10, "{}", seen.len());
}

#[tokio::test(start_paused = true)]
async fn an_operation_may_find_that_it_is_there() {
    // Private DNS accepts the request, and its operation then fails.
    let accepted = || empty(202).with("azure-asyncoperation", format!("{ARM}/o/1"));
    let failed = || {
        let error = json!({"code": "PreconditionFailed", "message": "It exists already."});
        ("GET /o/1", says(200, json!({"status": "Failed", "error": error})))
    };
    let world = World::new([("PUT pe", accepted()), failed()]);
    assert_eq!(world.create().await.unwrap_err().kind(), Kind::Exists);
    world.ends();

    let world = World::new([
        ("PUT pe", fails(Act::Dropped)),
        ("PUT pe", accepted()),
        failed(),
        found(resource("Succeeded")),
        found(resource("Succeeded")),
        found(resource("Succeeded")),
    ]);
    assert_eq!(world.create().await.unwrap(), resource("Succeeded"));
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_locked_target_does_not_mean_that_it_is_there() {
    let error = json!({"code": "PreconditionFailed", "message": "No exclusive lock."});
    let world = World::new([
        ("PUT pe", empty(202).with("azure-asyncoperation", format!("{ARM}/o/1"))),
        ("GET /o/1", says(200, json!({"status": "Failed", "error": error}))),
        ("PUT pe", says(200, resource("Succeeded"))),
    ]);
    assert_eq!(world.create().await.unwrap(), resource("Succeeded"));
    // Once ARM has accepted it, it is ours, and no condition stands in the way.
    let sent: Vec<_> = world.ends().iter().map(|it| it.header("if-none-match").len()).collect();
    assert_eq!(sent, [1, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_changed_etag_is_a_conflict_and_nothing_else() {
    let world =
        World::new([("PUT pe", fails(Act::Dropped)), ("PUT pe", there()), found(foreign())]);
    let error = world.put(Condition::IfMatch("e".to_owned())).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Conflict, Some(412)));
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn what_was_made_before_the_line_went_dead_is_on_record() {
    for (live, ours) in [
        (says(200, resource("Creating")), true),
        (says(200, foreign()), false),
        (refuses(404, "ResourceNotFound"), false),
    ] {
        let silence = (0..5).map(|_| ("PUT pe", fails(Act::Unreached)));
        let steps = [("PUT pe", fails(Act::Dropped))].into_iter().chain(silence);
        let world = World::new(steps.chain([("GET pe", live)]));
        assert_eq!(world.create().await.unwrap_err().kind(), Kind::Transport);
        assert_eq!(world.is_accepted(), ours);
        world.ends();
    }
    // What never arrived is not looked for.
    let world = World::new((0..6).map(|_| ("PUT pe", fails(Act::Unreached))));
    assert_eq!(world.create().await.unwrap_err().kind(), Kind::Transport);
    assert!(!world.is_accepted());
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn what_was_made_before_a_refusal_is_on_record() {
    let world = World::new([
        ("PUT pe", fails(Act::Dropped)),
        ("PUT pe", refuses(403, "AuthorizationFailed")),
        found(resource("Succeeded")),
    ]);
    assert_eq!(world.put(Condition::None).await.unwrap_err().kind(), Kind::Denied);
    assert!(world.is_accepted());
    let sent = world.ends();
    assert_eq!(sent[0].body, body().to_string());
}
