//! Signing in, against token services and an ARM that answer by a script, on a clock that stands
//! still until everyone waits.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and nothing uses it as a library"
)]

mod fake;
mod methods;
mod tokens;
mod trouble;
