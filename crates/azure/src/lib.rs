//! Azure Resource Manager over HTTP: resource IDs, signing in, requests with retries, and
//! long-running operations.
//!
//! In reading order: [`id`], [`cloud`], [`credential`], [`http`] (requests), [`write`] (changes and
//! the operations that they start), [`operation`] (how those are followed), [`retry`], [`merge`],
//! [`deadline`], [`error`].

pub mod cloud;
pub mod credential;
pub mod deadline;
pub mod error;
pub mod http;
pub mod id;
pub mod merge;
pub mod operation;
pub mod retry;
pub mod write;
