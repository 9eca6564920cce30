//! Deletes: done when ARM no longer shows the resource.

use crate::script::{ARM, Act, Answer, World, empty, fails, refuses, resource, says, text};
use azure::error::Kind;
use serde_json::json;

const STATUS: &str = "azure-asyncoperation";

fn gone() -> (&'static str, Answer) {
    ("GET pe", refuses(404, "ResourceNotFound"))
}

fn still() -> (&'static str, Answer) {
    ("GET pe", says(200, resource("Deleting")))
}

fn begun(header: &'static str) -> (&'static str, Answer) {
    ("DELETE pe", empty(202).with(header, format!("{ARM}/o/1")))
}

async fn succeeds(steps: Vec<(&str, Answer)>) {
    let world = World::new(steps);
    world.delete().await.unwrap();
    world.ends_within(0.0, 1.0);
}

#[tokio::test(start_paused = true)]
async fn what_is_absent_is_deleted() {
    succeeds(vec![("DELETE pe", empty(204))]).await;
    succeeds(vec![("DELETE pe", refuses(404, "ResourceNotFound"))]).await;
    succeeds(vec![("DELETE pe", refuses(404, "ResourceGroupNotFound"))]).await;
    // The first try was carried out, and nobody heard of it.
    let lost = ("DELETE pe", fails(Act::Dropped));
    succeeds(vec![lost, ("DELETE pe", refuses(404, "ResourceNotFound"))]).await;
}

#[tokio::test(start_paused = true)]
async fn not_every_404_says_that_it_is_absent() {
    for (answer, kind) in [
        (text(404, "<html>No such host</html>"), Kind::Broken),
        (empty(404), Kind::Broken),
        (refuses(404, "SubscriptionNotFound"), Kind::Denied),
    ] {
        let world = World::new([("DELETE pe", answer)]);
        assert_eq!(world.delete().await.unwrap_err().kind(), kind);
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_waited_for_however_arm_tells_of_it() {
    // Without an address, and with one of its own, the resource alone tells.
    succeeds(vec![("DELETE pe", empty(202)), still(), still(), gone()]).await;
    succeeds(vec![("DELETE pe", says(200, resource("Succeeded"))), still(), gone()]).await;
    let own = format!("{ARM}{}?api-version=1", crate::script::PE);
    let own = ("DELETE pe", empty(202).with("location", own));
    succeeds(vec![own, ("GET pe", says(200, resource("Failed"))), gone()]).await;

    let running = ("GET /o/1", says(200, json!({"status": "Deleting"})));
    let done = ("GET /o/1", says(200, json!({"status": "Succeeded"})));
    succeeds(vec![begun(STATUS), running, done, still(), gone()]).await;
    let (running, done) = (("GET /o/1", empty(202)), ("GET /o/1", empty(204)));
    succeeds(vec![begun("location"), running, done, gone()]).await;
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_gone_with_its_resource_is_done() {
    for header in [STATUS, "location"] {
        let missing = || ("GET /o/1", refuses(404, "NotFound"));
        succeeds(vec![begun(header), missing(), gone(), gone()]).await;
        succeeds(vec![begun(header), missing(), still(), missing(), gone(), gone()]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_delete_says_why() {
    let error = json!({"code": "InUse", "message": "It is in use."});
    let failed = says(200, json!({"status": "Failed", "error": error}));
    let world = World::new([begun(STATUS), ("GET /o/1", failed)]);
    let error = world.delete().await.unwrap_err();
    assert_eq!(error.to_string(), "InUse: It is in use.");
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn children_that_are_going_are_waited_for() {
    let nested = || ("DELETE pe", refuses(409, "CannotDeleteResource").with("retry-after", "20"));
    let world = World::new([nested(), nested(), nested(), ("DELETE pe", empty(200)), gone()]);
    world.delete().await.unwrap();
    world.ends_within(60.0, 60.1);

    // Those that stay are told of, after two minutes.
    let world = World::new((0..7).map(|_| nested()));
    let error = world.delete().await.unwrap_err();
    assert_eq!(error.code(), Some("CannotDeleteResource"));
    world.ends_within(120.0, 120.1);
}

#[tokio::test(start_paused = true)]
async fn something_in_the_way_is_waited_for() {
    for (status, code) in [(429, "RetryableError"), (409, "AnotherOperationInProgress")] {
        let busy = ("DELETE pe", refuses(status, code));
        succeeds(vec![busy, ("DELETE pe", empty(200)), gone()]).await;
    }
    let world = World::new([("DELETE pe", refuses(409, "ScopeLocked"))]);
    assert_eq!(world.delete().await.unwrap_err().code(), Some("ScopeLocked"));
    world.ends_within(0.0, 0.0);
}
