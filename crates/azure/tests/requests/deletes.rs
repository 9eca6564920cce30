//! Deletes: done when ARM no longer shows the resource.

use crate::script::{
    ARM, Act, Answer, World, absent, empty, fails, found, refuses, resource, says, text,
};
use azure::error::ErrorKind;
use serde_json::json;

const STATUS: &str = "azure-asyncoperation";

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
async fn an_absent_resource_counts_as_deleted() {
    let deleted = |answer| vec![("DELETE pe", answer), absent()];
    succeeds(deleted(empty(204))).await;
    succeeds(deleted(refuses(404, "ResourceNotFound"))).await;
    succeeds(deleted(refuses(404, "ResourceGroupNotFound"))).await;
}

#[tokio::test(start_paused = true)]
async fn a_delete_with_a_lost_response_is_checked_before_a_retry() {
    let denied = || ("GET pe", refuses(403, "AuthorizationFailed"));
    for lost in [
        fails(Act::Dropped),
        empty(408),
        empty(500),
        empty(504),
        says(200, resource("Deleting")).torn(),
    ] {
        let lost = || ("DELETE pe", lost.clone());
        // It was carried out: what others make from now on is theirs.
        succeeds(vec![lost(), absent()]).await;
        // It was not, or not to its end.
        for shown in [found(resource("Succeeded")), still()] {
            let again = ("DELETE pe", empty(200));
            succeeds(vec![lost(), shown.clone(), again, absent()]).await;
            succeeds(vec![lost(), shown, lost(), absent()]).await;
        }
        // Who cannot look does not know.
        let world = World::new([lost(), denied()]);
        assert_eq!(world.delete().await.unwrap_err().kind(), ErrorKind::Denied);
        world.ends();
    }
    // What never arrived is sent again at once.
    for never in [fails(Act::Unreached), refuses(429, "TooManyRequests")] {
        succeeds(vec![("DELETE pe", never), ("DELETE pe", empty(200)), absent()]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_without_a_deletion_is_checked() {
    let nothing = || [empty(204), refuses(404, "ResourceNotFound")];
    let shown = || found(resource("Succeeded"));
    for nothing in nothing() {
        let steps = [("DELETE pe", nothing), shown(), ("DELETE pe", empty(200)), absent()];
        succeeds(steps.to_vec()).await;
    }
    for nothing in nothing() {
        let world = World::new((0..5).flat_map(|_| [("DELETE pe", nothing.clone()), shown()]));
        let error = world.delete().await.unwrap_err();
        let text = "Azure answers that there is nothing to delete, but still shows the resource.";
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Protocol, text));
        world.ends_within(2.0, 3.1);
    }
    // Who cannot look does not know.
    let world =
        World::new([("DELETE pe", empty(204)), ("GET pe", refuses(403, "AuthorizationFailed"))]);
    assert_eq!(world.delete().await.unwrap_err().kind(), ErrorKind::Denied);
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn not_every_404_says_that_it_is_absent() {
    for (answer, kind) in [
        (text(404, "<html>No such host</html>"), ErrorKind::Protocol),
        (empty(404), ErrorKind::Protocol),
        (refuses(404, "SubscriptionNotFound"), ErrorKind::Denied),
    ] {
        let world = World::new([("DELETE pe", answer)]);
        assert_eq!(world.delete().await.unwrap_err().kind(), kind);
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_delete_operation_is_waited_for() {
    // Without an address, and with one of its own, the resource alone tells.
    succeeds(vec![("DELETE pe", empty(202)), still(), still(), absent()]).await;
    succeeds(vec![("DELETE pe", says(200, resource("Succeeded"))), still(), absent()]).await;
    let own = format!("{ARM}{}?api-version=1", crate::script::PE);
    let own = ("DELETE pe", empty(202).with("location", own));
    succeeds(vec![own, ("GET pe", says(200, resource("Failed"))), absent()]).await;

    let running = ("GET /o/1", says(200, json!({"status": "Deleting"})));
    let done = ("GET /o/1", says(200, json!({"status": "Succeeded"})));
    succeeds(vec![begun(STATUS), running, done, still(), absent()]).await;
    let (running, done) = (("GET /o/1", empty(202)), ("GET /o/1", empty(204)));
    succeeds(vec![begun("location"), running, done, absent()]).await;
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_disappears_with_its_resource_is_done() {
    for header in [STATUS, "location"] {
        let missing = || ("GET /o/1", refuses(404, "NotFound"));
        succeeds(vec![begun(header), missing(), absent(), absent()]).await;
        succeeds(vec![begun(header), missing(), still(), missing(), absent(), absent()]).await;
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
async fn children_in_deletion_are_waited_for() {
    let nested = || ("DELETE pe", refuses(409, "CannotDeleteResource").with("retry-after", "20"));
    let world = World::new([nested(), nested(), nested(), ("DELETE pe", empty(200)), absent()]);
    world.delete().await.unwrap();
    world.ends_within(60.0, 60.1);

    // Children that stay are reported after two minutes.
    let world = World::new((0..7).map(|_| nested()));
    let error = world.delete().await.unwrap_err();
    assert_eq!(error.code(), Some("CannotDeleteResource"));
    world.ends_within(120.0, 120.1);
}

#[tokio::test(start_paused = true)]
async fn another_operation_is_waited_for() {
    for (status, code) in [(429, "RetryableError"), (409, "AnotherOperationInProgress")] {
        let busy = ("DELETE pe", refuses(status, code));
        succeeds(vec![busy, ("DELETE pe", empty(200)), absent()]).await;
    }
    // Its operation may say so as well.
    let error = json!({"code": "RetryableError", "message": "m"});
    let busy = ("GET /o/1", says(200, json!({"status": "Failed", "error": error})));
    succeeds(vec![begun(STATUS), busy, ("DELETE pe", empty(200)), absent()]).await;
    let world = World::new([("DELETE pe", refuses(409, "ScopeLocked"))]);
    assert_eq!(world.delete().await.unwrap_err().code(), Some("ScopeLocked"));
    world.ends_within(0.0, 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_another_client_recreates_is_left_alone() {
    let done = says(200, json!({"status": "Succeeded"}));
    for (seconds, from, to) in [(3600, 15.0, 30.0), (20, 5.0, 10.0)] {
        let shown = ("GET pe", says(200, resource("Succeeded")).forever());
        for mut steps in
            [vec![("DELETE pe", empty(200))], vec![begun(STATUS), ("GET /o/1", done.clone())]]
        {
            steps.push(shown.clone());
            let world = World::new(steps).within(seconds);
            world.delete().await.unwrap();
            world.ends_within(from, to);
        }
    }
    // While its state is deleting, the resource is not a new one, however long that takes.
    let going = (0..15).map(|_| still());
    let steps = [("DELETE pe", empty(200))].into_iter().chain(going);
    let world = World::new(steps.chain([found(resource("Succeeded"))]));
    world.delete().await.unwrap();
    world.ends_within(45.0, 75.0);
}

#[tokio::test(start_paused = true)]
async fn without_its_operation_a_delete_is_judged_by_the_resource() {
    let refusal = || ("GET /o/1", refuses(403, "AuthorizationFailed"));
    for header in [STATUS, "location"] {
        succeeds(vec![begun(header), refusal(), absent(), absent()]).await;
        succeeds(vec![begun(header), refusal(), still(), still(), absent()]).await;
        // What is whole may not have been deleted at all.
        let world = World::new([begun(header), refusal(), found(resource("Succeeded"))]);
        assert_eq!(world.delete().await.unwrap_err().kind(), ErrorKind::Denied);
        world.ends();
        // Nobody can tell: then the first reason is the better one.
        let denied = ("GET pe", refuses(403, "Other"));
        let world = World::new([begun(header), refusal(), denied]);
        assert_eq!(world.delete().await.unwrap_err().code(), Some("AuthorizationFailed"));
        world.ends();
    }
}

/// A role assignment may be deleted with the resource, so that reads are denied.
#[tokio::test(start_paused = true)]
async fn a_delete_succeeds_although_reads_are_denied() {
    let denied = || ("GET pe", refuses(403, "AuthorizationFailed"));
    let done = ("GET /o/1", says(200, json!({"status": "Succeeded"})));
    succeeds(vec![begun(STATUS), done, denied()]).await;
    succeeds(vec![("DELETE pe", empty(200)), still(), denied()]).await;
    // Without an address, its end must be seen.
    let world = World::new([("DELETE pe", empty(202)), denied()]);
    assert_eq!(world.delete().await.unwrap_err().kind(), ErrorKind::Denied);
    world.ends();
}
