//! `azureai_private_dns_zone_virtual_network_link`, the data source

use crate::engine::data_source::child_view::{ChildOf, ChildView};
use crate::resources::common::zone_reference;
use plugin::prelude::*;

/// The data source.
pub type VirtualNetworkLink = ChildOf<Link>;

/// The resource that the data source shows.
#[derive(Clone)]
pub struct Link;

impl ChildView for Link {
    type Resource = super::VirtualNetworkLink;
    const DESCRIPTION: &'static str =
        "Reads a link of a private DNS zone to a virtual network, regardless of its owner.";
    const NAMED_BY: &'static [&'static str] =
        &["name", "private_dns_zone_id", "private_dns_zone_name", "resource_group_name"];
    const OMITTED: &'static [&'static str] = &["adopt_existing"];

    fn validate(config: &Value) -> Diagnostics {
        zone_reference::validate(config, "private_dns_zone_name")
    }
}
