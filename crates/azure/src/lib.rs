//! Azure Resource Manager over HTTP: resource IDs, signing in, requests with retries, and
//! long-running operations.
//!
//! The modules in reading order, bottom to top. A module knows those above it in this list, and
//! none below.
//!
//! | layer | modules | rule |
//! | --- | --- | --- |
//! | facts | [`error`], [`id`], [`merge`], [`deadline`] | data and its laws: nothing is sent |
//! | HTTP | `retry`, `body` | how often and how much: no token, no cloud |
//! | HTTP | `root_certificates`, [`http_client`] | whom to trust |
//! | clouds | [`cloud`] | which addresses there are: tokens go to those, over https |
//! | identity | [`credential`] | talks to token services, and knows no request to ARM |
//! | one request | `request`, `rate_limit`, `policy` | plain data, counts, headers |
//! | one request | `sender` | it alone sends to ARM; a write is sent once |
//! | reads | [`pages`], `list_cache`, [`operation`] | what is not of its form is an error |
//! | changes | `object_lock`, `role_propagation` | they delay and explain, and send nothing |
//! | client | [`arm`] | what users call: it puts the layers together and decides nothing |
//! | writes | [`write`] | the only place that writes: looks, sends once, follows, looks again |
//!
//! [`resolver`] stands beside them: what the names of this machine's resolver lead to.

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
