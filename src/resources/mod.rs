//! The resources, a file each.

pub mod private_dns_zone;
pub mod private_dns_zone_group;
pub mod private_dns_zone_virtual_network_link;
pub mod private_endpoint;
pub mod public_network_access;
