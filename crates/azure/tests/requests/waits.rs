//! The names of waits, as an observer of the deadline hears them.

use crate::script::{ARM, Answer, World, absent, empty, found, refuses, resource, says, text};
use azure::deadline::{WaitGuard, WaitObserver};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// Hears the names of waits, and how many seconds they took.
#[derive(Clone, Debug, Default)]
struct Heard(Arc<Mutex<Vec<(String, u64)>>>);

struct Wait {
    heard: Heard,
    what: String,
    begun: Instant,
}

impl Drop for Wait {
    fn drop(&mut self) {
        let took = self.begun.elapsed().as_secs();
        self.heard.0.lock().unwrap().push((self.what.clone(), took));
    }
}

impl WaitObserver for Heard {
    fn begin(&self, what: String, left: Duration) -> WaitGuard {
        assert!(left > Duration::ZERO);
        Box::new(Wait { heard: self.clone(), what, begun: Instant::now() })
    }
}

impl Heard {
    fn by(world: &mut World) -> Self {
        let heard = Self::default();
        world.until = world.until.clone().observed(Arc::new(heard.clone()));
        heard
    }

    /// The waits of at least a second, in the order of their ends.
    fn long(&self) -> Vec<(String, u64)> {
        self.0.lock().unwrap().iter().filter(|(_, took)| *took > 0).cloned().collect()
    }
}

fn later(answer: Answer) -> Answer {
    answer.with("retry-after", "7")
}

fn succeeded() -> (&'static str, Answer) {
    found(resource("Succeeded"))
}

#[tokio::test(start_paused = true)]
async fn a_read_names_what_keeps_it() {
    for (answer, name) in [
        (text(503, "busy"), "Azure to recover from an error (HTTP status 503)"),
        (refuses(503, "ServerBusy"), "Azure to recover from an error (ServerBusy)"),
        (refuses(429, "RetryableError"), "Azure's request limit"),
    ] {
        let mut world = World::new([("GET pe", later(answer)), succeeded()]);
        let heard = Heard::by(&mut world);
        world.get().await.unwrap();
        assert_eq!(heard.long(), [(name.to_owned(), 7)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_names_its_operation_and_what_blocks_it() {
    let running = later(says(200, json!({"status": "Running"})));
    let mut world = World::new([
        ("PUT pe", later(refuses(409, "AnotherOperationInProgress"))),
        absent(),
        ("PUT pe", empty(202).with("azure-asyncoperation", format!("{ARM}/o/1"))),
        ("GET /o/1", running.clone()),
        ("GET /o/1", running),
        ("GET /o/1", says(200, json!({"status": "Succeeded"}))),
        succeeded(),
    ]);
    let heard = Heard::by(&mut world);
    world.put().await.unwrap();
    let blocked = "another operation on the same objects to end (AnotherOperationInProgress)";
    let operation = "Azure's operation on \"pe\"";
    assert_eq!(heard.long(), [(blocked.to_owned(), 7), (operation.to_owned(), 14)]);
}

#[tokio::test(start_paused = true)]
async fn a_delete_names_the_object_that_stays_visible() {
    let still = || ("GET pe", says(200, resource("Deleting")).slowly(1));
    let mut world = World::new([("DELETE pe", empty(202)), still(), still(), absent()]);
    let heard = Heard::by(&mut world);
    world.delete().await.unwrap();
    assert_eq!(heard.long(), [("the deletion of \"pe\"".to_owned(), 2)]);
}

#[tokio::test(start_paused = true)]
async fn a_change_names_the_other_change_of_its_object() {
    let done = || ("PUT pe", says(200, resource("Succeeded")).slowly(5));
    let mut world = World::new([done(), succeeded()]);
    let heard = Heard::by(&mut world);
    let change = async || {
        let old = crate::script::old("e1");
        world.change(azure::write::WriteMethod::Put, old).await.unwrap()
    };
    let _both = tokio::join!(change(), change());
    assert_eq!(heard.long(), [("other changes of \"pe\" in this run".to_owned(), 5)]);
}
