//! Every resource meets every fault, in each of its four operations, alone and beside others who
//! are at work: the real program against the emulator, over gRPC. What comes of it is printed as
//! two tables, which stand in `docs/guides/reliability.md`.
//!
//! Nothing here depends on how fast the machine is. Time limits hold for the operation that is
//! tried and for nothing else; where one is over before its fault was met, the operation is tried
//! again with a longer one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, prints its table, and nothing uses it as a library"
)]

mod beside;
#[path = "../protocol/caller.rs"]
#[allow(dead_code, reason = "shared with the protocol's tests")]
mod caller;
mod cases;
#[path = "../acceptance/cloud.rs"]
#[allow(dead_code, reason = "shared with the acceptance tests")]
mod cloud;
#[path = "../support/example.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod example;
mod faults;
mod lane;
mod matrix;
mod numbers;
#[path = "../protocol/process.rs"]
#[allow(dead_code, reason = "shared with the protocol's tests")]
mod process;
#[path = "../protocol/rules.rs"]
#[allow(dead_code, reason = "shared with the protocol's tests")]
mod rules;
#[path = "../protocol/session.rs"]
#[allow(dead_code, reason = "shared with the protocol's tests")]
mod session;
#[path = "../protocol/shape.rs"]
#[allow(dead_code, reason = "shared with the protocol's tests")]
mod shape;
mod terraform;
mod theirs;
mod trial;
mod truth;
