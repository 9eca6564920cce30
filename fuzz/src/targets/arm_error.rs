//! ARM errors: any error response becomes a message of bounded length.

use super::super::arm::play;
use azure::error::{Error, ErrorKind};

const STATUS: [u8; 6] = [4, 6, 7, 9, 10, 12];

/// Runs one input.
pub fn run(bytes: &[u8]) {
    let [status, body @ ..] = bytes else { return };
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes();
    let status = STATUS[usize::from(*status) % STATUS.len()];
    let answer = [&[status, 0], &length[..], body].concat();
    play(&answer, async |arm, id, until| {
        if let Err(error) = arm.get(id, "1", until).await {
            told(&error, body.len());
        }
    });
}

fn told(error: &Error, length: usize) {
    let text = error.to_string();
    assert!(!text.trim().is_empty());
    assert!(text.len() < 4096 + 8 * length, "{} bytes of {length}", text.len());
    assert!(error.kind() != ErrorKind::NotFound || error.code().is_some(), "absent without a word");
    for violation in error.violations() {
        assert!(!violation.assignment_id.is_empty());
    }
}
