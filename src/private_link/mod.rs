//! Azure's documentation of private link as data: services, their private DNS zones, the public
//! names that the zones answer for in each cloud, and the bodies of ARM's responses.

pub mod arm_types;
pub mod catalogue;
pub mod connection;
pub mod dns_zones;
pub mod envelope;
pub mod environment;
pub mod interface;
pub mod names;
pub mod network_rules;
pub mod services;
#[cfg(test)]
mod tests;
pub mod workspaces;
pub mod zone_group;

/// Statuses of a private endpoint connection.
pub const CONNECTION_STATUSES: &[&str] =
    &["Approved", "Pending", "Rejected", "Disconnected", "Timeout"];
