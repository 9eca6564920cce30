//! The resources, lists, data sources and actions of the provider, one folder for each ARM object.

pub mod client_config;
pub mod common;
pub mod foundry_account;
pub mod foundry_capability_host;
pub mod foundry_connection;
pub mod foundry_project;
pub mod managed_network;
pub mod managed_network_outbound_rule;
pub mod network_isolation_posture;
pub mod network_security_perimeter;
pub mod private_dns_check;
pub mod private_dns_record;
pub mod private_dns_zone;
pub mod private_dns_zone_group;
pub mod private_dns_zone_virtual_network_link;
pub mod private_endpoint;
pub mod private_endpoint_application_security_group_association;
pub mod private_endpoint_connection;
pub mod private_link_resources;
pub mod public_network_access;
pub mod search_shared_private_link;
pub mod subnet_private_endpoint_policy;
pub mod workspace;
