//! The body of each fuzz target. `tests/fuzz_corpus.rs` runs them without a nightly Rust.

pub mod arm_error;
pub mod json;
pub mod msgpack;
pub mod operation;
pub mod resource_id;
pub mod rpc;
