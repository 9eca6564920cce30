#![doc = include_str!("../README.md")]
//!
//! # The modules
//!
//! In reading order: the parts of a provider ([`provider`], [`resource`], [`identity`], [`list`],
//! [`data_source`], [`ephemeral`], [`action`], [`function`]); schemas from structs ([`model`],
//! [`field`], [`schema`]); operations on values ([`validate`], [`generate`], [`plan`], [`apply`],
//! [`moves`]); the protocol ([`value`], [`ty`], [`codec`], [`rpc`]); and the process ([`serve`],
//! [`journal`], [`waits`], [`log`], [`command`]). [`registry`] writes the documentation from the
//! schemas.

// Derived code in this crate uses the crate's public name.
extern crate self as terraform_plugin;

pub mod action;
pub mod apply;
pub mod codec;
pub mod command;
pub mod context;
pub mod data_source;
pub mod diagnostic;
pub mod ephemeral;
pub mod field;
pub mod function;
pub mod generate;
pub mod identity;
pub mod journal;
pub mod list;
pub mod log;
pub mod model;
pub mod moves;
pub mod path;
pub mod plan;
pub mod prelude;
pub mod proto;
pub mod provider;
pub mod registry;
pub mod resource;
pub mod rpc;
mod same;
pub mod schema;
pub mod serve;
pub mod timeouts;
pub mod ty;
pub mod validate;
pub mod value;
pub mod waits;
mod write_only;
