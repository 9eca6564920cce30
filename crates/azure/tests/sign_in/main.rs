//! Authentication against scripted token services and ARM, on a paused clock.
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
