//! The data sources, a file each.

pub mod workspace;
