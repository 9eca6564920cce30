//! Fuzzes long-running operations: with any headers and documents they end, and the token goes to
//! ARM only.
#![no_main]

use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::id::ResourceId;
use azure::merge;
use azure::write::{Change, CreateEvent, Creation, PreviousRun, WriteMethod};
use fuzz::Choices;
use fuzz::arm::play;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicBool, Ordering};

fn body() -> Json {
    json!({ "properties": { "a": "b" } })
}

/// Creates the resource. Returns `false` if it succeeds without an event that records ownership.
async fn create(arm: &Arm, id: &ResourceId, conditional: bool, until: &Deadline) -> bool {
    let (body, ours) = (body(), AtomicBool::new(false));
    let creation = Creation {
        id,
        api: "1",
        body: &body,
        conditional,
        answers_200: false,
        over: &|live| Ok(merge::merged(live, &body)),
        matches: &|live| merge::contains(live, &body),
        previous_run: PreviousRun::None,
        on_event: &|heard| {
            if heard == CreateEvent::Owned {
                ours.store(true, Ordering::Relaxed);
            }
        },
    };
    let made = arm.create(&creation, until).await.is_ok();
    !made || ours.load(Ordering::Relaxed)
}

/// Changes the resource. Returns `false` if it succeeds without a record that ARM accepted it.
async fn change(arm: &Arm, id: &ResourceId, method: WriteMethod, until: &Deadline) -> bool {
    let accepted = AtomicBool::new(false);
    let compose = |live: &Json| Ok((!merge::contains(live, &body())).then(body));
    let note = || accepted.store(true, Ordering::Relaxed);
    let change = Change { id, api: "1", method, compose: &compose, on_accepted: &note };
    let changed = arm.change(&change, None, until).await;
    !changed.is_ok_and(|it| it.written) || accepted.load(Ordering::Relaxed)
}

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let what = choices.byte() % 7;
    play(choices.0, async |arm, id, until| {
        let on_record = match what {
            0 => create(arm, id, true, until).await,
            1 => create(arm, id, false, until).await,
            2 => change(arm, id, WriteMethod::Patch, until).await,
            3 => {
                let _ = arm.delete(id, "1", until).await;
                true
            }
            4 => {
                let _ = arm.list(id, "parts", "1", until).await;
                true
            }
            5 => {
                let _ = arm.get_cached(&id.child("parts", "p"), "1", 1, until).await;
                true
            }
            _ => change(arm, id, WriteMethod::Put, until).await,
        };
        assert!(on_record, "done and not on record");
    });
});
