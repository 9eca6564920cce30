//! `azureai_private_dns_zone`, the data source

use crate::engine::data_source::object_name::ResourceGroupName;
use crate::engine::data_source::resource_view::{ResourceView, View};

/// The data source.
pub type PrivateDnsZone = ResourceView<Zone>;

/// The resource that the data source shows.
#[derive(Clone)]
pub struct Zone;

impl View for Zone {
    type Resource = super::PrivateDnsZone;
    const DESCRIPTION: &'static str = "Reads a private DNS zone.\n\nIf the resource group is \
                                       omitted, the data source searches the whole subscription. \
                                       If several zones have the name, the error lists them.";
    const OMITTED: &'static [&'static str] = &["adopt_existing"];
    const DESCRIPTIONS: &'static [(&'static str, &'static str)] =
        &[("soa_record", "SOA record of the zone."), ("tags", "Tags of the zone.")];
    const RESOURCE_GROUP: ResourceGroupName = ResourceGroupName::Optional;
}
