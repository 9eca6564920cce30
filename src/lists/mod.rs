//! What the lists of `terraform query` look for, a file for each resource.

mod endpoints;
pub mod private_dns_a_record;
pub mod private_dns_zone;
pub mod private_dns_zone_group;
pub mod private_dns_zone_virtual_network_link;
pub mod private_endpoint;
pub mod private_endpoint_application_security_group_association;
pub mod private_endpoint_connection_approval;
pub mod public_network_access;
pub mod subnet_private_endpoint_policy;
pub mod workspace;
