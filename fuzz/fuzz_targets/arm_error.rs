//! Errors: whatever a refusal says, it is told, and told in bounds.
#![no_main]

use azure::error::{Error, ErrorKind};
use fuzz::arm::play;
use libfuzzer_sys::fuzz_target;

const STATUS: [u8; 6] = [4, 6, 7, 9, 10, 12];

fuzz_target!(|bytes: &[u8]| {
    let [status, body @ ..] = bytes else { return };
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes();
    let status = STATUS[usize::from(*status) % STATUS.len()];
    let answer = [&[status, 0], &length[..], body].concat();
    play(&answer, async |arm, id, until| {
        if let Err(error) = arm.get(id, "1", until).await {
            told(&error, body.len());
        }
    });
});

fn told(error: &Error, length: usize) {
    let text = error.to_string();
    assert!(!text.trim().is_empty());
    assert!(text.len() < 4096 + 8 * length, "{} bytes of {length}", text.len());
    assert!(error.kind() != ErrorKind::NotFound || error.code().is_some(), "absent without a word");
    for violation in error.violations() {
        assert!(!violation.assignment_id.is_empty());
    }
}
