//! Locks: changes of one object run one after the other.

use crate::script::{Answer, World, found, old, resource, says};
use azure::error::ErrorKind;
use azure::write::WriteMethod;
use serde_json::json;
use std::time::Duration;

fn done() -> Answer {
    says(200, resource("Succeeded")).slowly(5)
}

#[tokio::test(start_paused = true)]
async fn a_change_that_waited_reads_again() {
    let mut others = old("e2");
    others["tags"] = json!({"by": "the first"});
    let world = World::new([("PUT pe", done()), found(others), ("PUT pe", done())]);
    let (first, second) = tokio::join!(
        world.change(WriteMethod::Put, old("e1")),
        world.change(WriteMethod::Put, old("e1"))
    );
    assert!(first.unwrap().written && second.unwrap().written);
    let seen = world.ends_within(10.0, 10.01);
    assert_eq!([seen[0].header("if-match"), seen[2].header("if-match")], ["e1", "e2"]);
    assert!(seen[2].body.contains("the first"), "{}", seen[2].body);
    assert_eq!(seen[1].at, Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_waited_finds_the_first_change() {
    for how in [WriteMethod::Put, WriteMethod::Patch] {
        let first = if how == WriteMethod::Put { "PUT pe" } else { "PATCH pe" };
        let world = World::new([(first, done()), found(resource("Succeeded"))]);
        let (first, second) = tokio::join!(world.change(how, old("e1")), world.change(how, None));
        assert!(first.unwrap().written && !second.unwrap().written);
        world.ends_within(5.0, 5.01);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_did_not_wait_uses_the_read_object() {
    let world = World::new([("PUT pe", done()), ("PUT pe", done())]);
    for etag in ["e1", "e2"] {
        assert!(world.change(WriteMethod::Put, old(etag)).await.unwrap().written);
    }
    let seen = world.ends_within(10.0, 10.01);
    assert_eq!([seen[0].header("if-match"), seen[1].header("if-match")], ["e1", "e2"]);
}

#[tokio::test(start_paused = true)]
async fn a_change_without_a_turn_changes_nothing() {
    let slow = || says(200, resource("Succeeded")).slowly(90);
    let world = World::new([("PUT pe", slow()), found(old("e1"))]).within(60);
    let (first, second) = tokio::join!(
        world.change(WriteMethod::Put, old("e1")),
        world.change(WriteMethod::Put, old("e1"))
    );
    assert_eq!(first.unwrap_err().error.kind(), ErrorKind::Timeout);
    let second = second.unwrap_err();
    assert_eq!((second.error.kind(), second.accepted), (ErrorKind::Timeout, false));
    let text = "other changes of the object are under way in this run.";
    assert!(second.error.to_string().ends_with(text), "{}", second.error);
}
