//! Operations: whatever their headers and documents say, they end, and the token goes to ARM only.
#![no_main]

use azure::http::Condition;
use fuzz::Choices;
use fuzz::arm::play;
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let what = choices.byte() % 6;
    play(choices.0, async |arm, id, until| {
        let (body, accepted) = (json!({ "properties": { "a": "b" } }), AtomicBool::new(false));
        let note = || accepted.store(true, Ordering::Relaxed);
        let written = match what {
            0 => Some(arm.put(id, "1", &body, Condition::IfNoneMatch).run(until, &note).await),
            1 => Some(arm.put(id, "1", &body, Condition::None).run(until, &note).await),
            2 => Some(arm.patch(id, "1", &body).run(until, &note).await),
            3 => {
                let _ = arm.delete(id, "1").run(until).await;
                None
            }
            4 => {
                let _ = arm.list(id, "parts", "1", until).await;
                None
            }
            _ => {
                let _ = arm.get_along(&id.child("parts", "p"), "1", 1, until).await;
                None
            }
        };
        let done = written.is_some_and(|it| it.is_ok());
        assert!(!done || accepted.load(Ordering::Relaxed), "done and not on record");
    });
});
