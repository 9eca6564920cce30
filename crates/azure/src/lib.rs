//! Azure Resource Manager over HTTP: resource IDs, signing in, requests with retries, and
//! long-running operations.
//!
//! In reading order: [`id`], [`cloud`], [`credential`], [`http`] (reads), [`pages`] (lists),
//! [`along`] (reads in numbers), `send` (one request, and when it is repeated), [`write`] (changes
//! and the operations that they start), `turns` (changes in each other's way), [`operation`] (how
//! those are followed), [`retry`], `budget` (how many requests are left), [`merge`], [`deadline`],
//! [`error`], `fault` (what the body of a refusal says), `propagation` (roles that do not work
//! yet), `bounded` (bodies that end), `trust` (whose certificates count), and [`resolver`] (what
//! names lead to, from here).

pub mod along;
mod bounded;
mod budget;
pub mod cloud;
pub mod credential;
pub mod deadline;
pub mod error;
mod fault;
pub mod http;
pub mod id;
pub mod merge;
pub mod operation;
pub mod pages;
mod propagation;
pub mod resolver;
pub mod retry;
mod send;
mod trust;
mod turns;
pub mod write;
