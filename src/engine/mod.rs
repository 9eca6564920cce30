//! Implementations of resources, partial resources, data sources, lists, and actions.
//! [`crate::resources`] declares the types that they serve.

pub mod action;
pub mod call;
pub mod data_source;
pub mod either;
pub mod identity;
pub mod known;
pub mod list;
pub mod moves;
pub mod partial;
pub mod post;
pub mod prelude;
pub mod related;
pub mod resource;
pub mod scope;
pub mod wire;
