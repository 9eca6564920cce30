//! The body of each fuzz target. `tests/fuzz_corpus.rs` runs them too, so that they need no nightly
//! Rust to stay true.

pub mod arm_error;
pub mod json;
pub mod msgpack;
pub mod operation;
pub mod resource_id;
pub mod rpc;
