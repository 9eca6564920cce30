//! Every fuzz target runs each input of its corpus and variations of it. Coverage-guided fuzzing
//! needs a nightly Rust. This needs none, so a change that breaks a target fails here.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a failed expectation is how a test fails"
)]

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use fuzz::targets;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Variations of each input. Together the targets take about 20 seconds of one core without
/// optimization.
const VARIATIONS: usize = 1000;

/// Runs a target on its corpus. The variations are the same in every run.
fn corpus(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("a corpus").map(|it| it.expect("an input").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    let inputs: Vec<Vec<u8>> = files.iter().map(|it| fs::read(it).expect("an input")).collect();
    let mut random = fastrand::Rng::with_seed(1);
    for (input, file) in inputs.iter().zip(&files) {
        try_one(run, input, file);
        for _ in 0..VARIATIONS {
            let other = &inputs[random.usize(..inputs.len())];
            try_one(run, &varied(input, other, &mut random), file);
        }
    }
}

fn try_one(run: fn(&[u8]), input: &[u8], file: &Path) {
    let outcome = catch_unwind(AssertUnwindSafe(|| run(input)));
    assert!(outcome.is_ok(), "a variation of {} fails: {input:?}", file.display());
}

/// An input with one to four edits, each as libFuzzer makes them: change, insert, remove or repeat
/// bytes, or continue with another input.
fn varied(input: &[u8], other: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.usize(1..=4) {
        let at = random.usize(..=bytes.len());
        let end = (at + random.usize(1..=8)).min(bytes.len());
        match random.u8(..6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.u8(..8),
            1 if at < bytes.len() => bytes[at] = random.u8(..),
            2 => bytes.insert(at, random.u8(..)),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                bytes.truncate(at);
                bytes.extend_from_slice(&other[random.usize(..=other.len())..]);
            }
        }
    }
    bytes
}

#[test]
fn msgpack() {
    corpus("msgpack", targets::msgpack::run);
}

#[test]
fn json() {
    corpus("json", targets::json::run);
}

#[test]
fn resource_id() {
    corpus("resource_id", |bytes| {
        if let Ok(text) = str::from_utf8(bytes) {
            targets::resource_id::run(text);
        }
    });
}

#[test]
fn arm_error() {
    corpus("arm_error", targets::arm_error::run);
}

#[test]
fn operation() {
    corpus("operation", targets::operation::run);
}

#[test]
fn rpc() {
    corpus("rpc", targets::rpc::run);
}
