//! Azure Resource Manager over HTTP: resource IDs, authentication, requests with retries, and
//! long-running operations.
//!
//! The table lists the modules from bottom to top. A module uses only the modules above it in the
//! table.
//!
//! | layer | modules | rule |
//! | --- | --- | --- |
//! | facts | [`error`], [`id`], [`merge`], [`deadline`] | data and its laws; send nothing |
//! | HTTP | `retry`, `body` | when to retry, and size limits; know no token and no cloud |
//! | HTTP | `root_certificates`, [`http_client`] | which servers to trust |
//! | clouds | [`cloud`] | the URLs of a cloud; tokens go only to these, over https |
//! | identity | [`credential`] | sends requests to token services, but none to ARM |
//! | one request | `request`, `rate_limit`, `policy` | plain data, counters, headers |
//! | one request | `sender` | the only module that sends to ARM; sends a write once |
//! | reads | [`pages`], `list_cache`, [`operation`] | a response of another form is an error |
//! | changes | `object_lock`, `role_propagation` | delay and explain; send nothing |
//! | client | [`arm`] | the crate's interface; combines the layers and decides nothing |
//! | writes | [`write`] | the only module that writes: reads, sends once, follows, reads again |
//!
//! [`resolver`] stands beside them: it looks up names with this machine's resolver.

pub mod arm;
mod body;
pub mod cloud;
pub mod credential;
pub mod deadline;
pub mod error;
pub mod http_client;
pub mod id;
mod list_cache;
pub mod merge;
mod object_lock;
pub mod operation;
pub mod pages;
mod policy;
mod rate_limit;
mod request;
pub mod resolver;
mod retry;
mod role_propagation;
mod root_certificates;
mod sender;
pub mod write;
