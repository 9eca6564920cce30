//! The provider's program over gRPC, without Terraform: a host of its own starts the binary, reads
//! the handshake line and calls what Terraform would call.
//!
//! The provider has no credentials and no network here, but in the tests of what Terraform 1.11
//! never calls: those have an Azure in memory ([`world`]). What is tested is what must hold for
//! everything that it serves: the lists are taken from the schemas that it answers, so that a new
//! resource is covered without a change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking, also in its functions, and nothing uses it as a library"
)]

mod actions;
mod caller;
mod casing;
mod documented;
mod ends;
#[path = "../support/example.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod example;
mod failing;
mod functions;
mod generated;
mod handshake;
mod identities;
mod imports;
mod lists;
mod logs;
mod moves;
mod opentofu;
mod places;
mod plans;
mod pool;
#[allow(dead_code, reason = "shared with the tests of reliability")]
mod process;
mod rules;
mod samples;
mod schema;
mod session;
mod shape;
mod states;
mod tofu;
mod unknowns;
mod world;
