//! The provider functions, a file each.

pub mod parse_resource_id;
