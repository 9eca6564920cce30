//! Timeouts and cancellations, with the last status from Azure.

use crate::script::{
    ARM, Act, Answer, World, absent, empty, fails, found, refuses, resource, says,
};
use azure::error::{Error, ErrorKind};
use serde_json::json;

fn begun() -> (&'static str, Answer) {
    ("PUT pe", empty(202).with("azure-asyncoperation", format!("{ARM}/o/1")))
}

fn running() -> (&'static str, Answer) {
    ("GET /o/1", says(200, json!({"status": "Cooking"})).with("retry-after", "7"))
}

fn hangs(request: &str) -> (&str, Answer) {
    (request, fails(Act::Hangs))
}

fn is(error: &Error, kind: ErrorKind, last: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    let said = error.to_string();
    let first = match kind {
        ErrorKind::Cancelled => "The operation was interrupted.",
        _ => "The operation did not finish within 60 seconds.",
    };
    assert!(said.starts_with(first), "{said}");
    let word = said.split(" Last status: ").nth(1).unwrap_or_default();
    assert_eq!(word, last, "{said}");
}

const BUSY: &str = "Busy (503): It is Busy, says Azure.";
const LOCKED: &str =
    "AnotherOperationInProgress (409): It is AnotherOperationInProgress, says Azure.";
const COOKING: &str = "the operation is still \"Cooking\".";

#[tokio::test(start_paused = true)]
async fn a_read_ends_at_its_deadline() {
    let world = World::new([hangs("GET pe")]).within(60);
    is(&world.get().await.unwrap_err(), ErrorKind::Timeout, "");
    world.ends_within(60.0, 60.01);

    let world = World::new([("GET pe", refuses(503, "Busy")), hangs("GET pe")]).within(60);
    is(&world.get().await.unwrap_err(), ErrorKind::Timeout, BUSY);
    world.ends_within(60.0, 60.01);
}

#[tokio::test(start_paused = true)]
async fn a_read_ends_at_once_when_it_is_interrupted() {
    let world = World::new([hangs("GET pe")]);
    world.interrupt_after(5);
    is(&world.get().await.unwrap_err(), ErrorKind::Cancelled, "");
    world.ends_within(5.0, 5.01);

    let busy = refuses(503, "Busy").with("retry-after", "50");
    let world = World::new([("GET pe", busy)]);
    world.interrupt_after(5);
    is(&world.get().await.unwrap_err(), ErrorKind::Cancelled, BUSY);
    world.ends_within(5.0, 5.01);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_sends_nothing() {
    let world = World::new([]);
    world.interrupt_after(0);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    is(&world.create().await.unwrap_err(), ErrorKind::Cancelled, "");
    is(&world.get().await.unwrap_err(), ErrorKind::Cancelled, "");
    is(&world.delete().await.unwrap_err(), ErrorKind::Cancelled, "");
    assert!(!world.is_accepted());
    world.ends_within(1.0, 1.01);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_hangs_is_checked_at_the_end() {
    for (live, ours) in [
        (says(200, resource("Creating")), true),
        (refuses(404, "ResourceNotFound"), false),
        // The last look is short.
        (fails(Act::Hangs), false),
    ] {
        let world = World::new([hangs("PUT pe"), ("GET pe", live)]).within(60);
        is(&world.create().await.unwrap_err(), ErrorKind::Timeout, "");
        assert_eq!(world.is_accepted(), ours);
        world.ends_within(60.0, 70.01);
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_change_waits_for_its_response() {
    // Its answer comes within twenty seconds: it counts.
    let answer = says(201, resource("Creating")).slowly(15).interrupting();
    let world = World::new([("PUT pe", answer), found(resource("Creating"))]);
    is(&world.create().await.unwrap_err(), ErrorKind::Cancelled, "");
    assert!(world.is_accepted());
    world.ends_within(15.0, 15.01);

    // It does not come: the resource itself is asked for.
    let hangs = fails(Act::Hangs).interrupting();
    let world = World::new([("PUT pe", hangs), ("GET pe", says(200, resource("Creating")))]);
    is(&world.create().await.unwrap_err(), ErrorKind::Cancelled, "");
    assert!(world.is_accepted());
    world.ends_within(20.0, 20.01);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_operation_ends_at_its_deadline() {
    // Looks every seven seconds, and one two seconds before the end; then often.
    let looks = (0..9).map(|_| running());
    let ends = [hangs("GET /o/1"), found(resource("Creating"))];
    let world = World::new([begun()].into_iter().chain(looks).chain(ends)).within(60);
    is(&world.put().await.unwrap_err(), ErrorKind::Timeout, COOKING);
    assert!(world.is_accepted());
    let seen = world.ends_within(60.0, 60.01);
    assert_eq!(seen[9].at.as_secs(), 56);
    assert_eq!(seen[10].at.as_secs(), 58);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_operation_ends_at_once_when_interrupted() {
    let world = World::new([begun(), running(), found(resource("Creating"))]);
    world.interrupt_after(5);
    is(&world.put().await.unwrap_err(), ErrorKind::Cancelled, COOKING);
    assert!(world.is_accepted());
    world.ends_within(5.0, 5.01);

    // What is whole by then is no failure.
    let world = World::new([begun(), running(), hangs("GET /o/1"), found(resource("Succeeded"))]);
    world.interrupt_after(9);
    assert_eq!(world.put().await.unwrap(), resource("Succeeded"));
    world.ends_within(9.0, 9.01);
}

#[tokio::test(start_paused = true)]
async fn a_change_without_a_turn_reports_the_conflict() {
    let locked = || refuses(409, "AnotherOperationInProgress");
    let world = World::new([("PUT pe", locked().with("retry-after", "90"))]).within(60);
    let error = world.put().await.unwrap_err();
    is(&error, ErrorKind::Timeout, LOCKED);
    assert_eq!(error.code(), Some("AnotherOperationInProgress"));
    world.ends_within(0.0, 0.01);

    let steps = [("PUT pe", locked()), absent(), hangs("PUT pe"), absent()];
    let world = World::new(steps).within(60);
    is(&world.put().await.unwrap_err(), ErrorKind::Timeout, LOCKED);
    world.ends_within(60.0, 60.01);

    let world = World::new([("DELETE pe", locked()), hangs("DELETE pe")]).within(60);
    is(&world.delete().await.unwrap_err(), ErrorKind::Timeout, LOCKED);
    world.ends_within(60.0, 60.01);
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_stays_is_reported() {
    // Without an address, nothing but its end tells that it is deleted.
    let stays = ("GET pe", says(200, resource("Succeeded")).forever());
    let world = World::new([("DELETE pe", empty(202)), stays]).within(60);
    let error = world.delete().await.unwrap_err();
    is(&error, ErrorKind::Timeout, "the resource still exists.");
    world.ends_within(50.0, 60.01);
    // Nor is it done while the resource says itself that it is going.
    let going = ("GET pe", says(200, resource("Deleting")).forever());
    let world = World::new([("DELETE pe", empty(200)), going]).within(60);
    let error = world.delete().await.unwrap_err();
    is(&error, ErrorKind::Timeout, "the resource still exists.");
    world.ends_within(50.0, 60.01);
}
