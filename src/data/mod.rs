//! The data sources, a file each; and what several of them need.

pub mod client_config;
mod connection;
pub mod network_isolation_posture;
pub mod private_dns_check;
pub mod private_dns_zone;
pub mod private_dns_zone_for_vnet;
pub mod private_dns_zones;
pub mod private_endpoint;
pub mod private_endpoint_connection;
pub mod private_endpoint_connections;
pub mod private_link_resources;
pub mod workspace;
