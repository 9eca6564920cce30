//! The provider functions, one in each file, and their shared parts.

pub mod conditional_forwarders;
pub mod normalise_resource_id;
pub mod parse_resource_id;
mod patterns;
pub mod private_dns_record_name;
pub mod private_dns_zone_names;
pub mod private_link_group_ids;
mod spelling;
mod words;
pub mod workspace_fqdns;
