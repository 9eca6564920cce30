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

mod changes;
mod decode;
mod deletes;
mod elsewhere;
mod ends;
mod laws;
mod list_cache;
mod lists;
mod lost;
mod object_lock;
mod operations;
mod ownership;
mod previous_run;
mod rate_limit;
mod reads;
mod repairs;
mod retries;
mod script;
mod waits;
mod wire;
mod world;
