//! Requests and operations against an ARM that answers by a script, on a clock that stands still
//! until everyone waits.
//!
//! Each test is a story: which requests must come, in this order and no others, and what each of
//! them is answered.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and nothing uses it as a library"
)]

mod along;
mod budget;
mod changes;
mod deletes;
mod earlier;
mod elsewhere;
mod ends;
mod laws;
mod lists;
mod lost;
mod operations;
mod reads;
mod repairs;
mod retries;
mod script;
mod turns;
mod whose;
mod wire;
mod world;
