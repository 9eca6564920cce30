//! Shared parts of resources: attributes, filters and wire types.

pub mod addresses;
pub mod connection;
pub mod endpoint_filter;
pub mod foundry_connections;
pub mod identity;
pub mod internal_id;
pub mod names;
pub mod perimeter;
pub mod private_link_target;
pub mod zone_group_records;
pub mod zone_reference;
