//! `azureai_private_dns_zone`, the data source

use crate::engine::data_source::object_name::ResourceGroupName;
use crate::engine::data_source::resource_view::{ResourceView, View};

/// The data source.
pub type PrivateDnsZone = ResourceView<Zone>;

/// What it shows.
#[derive(Clone)]
pub struct Zone;

impl View for Zone {
    type Resource = super::PrivateDnsZone;
    const DESCRIPTION: &'static str = "Reads a private DNS zone. Without a resource group, the \
                                       zone is looked for in the whole subscription; when several \
                                       have the name, that is an error which lists them.";
    const OMITTED: &'static [&'static str] = &["adopt_existing"];
    const DESCRIPTIONS: &'static [(&'static str, &'static str)] = &[
        ("soa_record", "The zone's start of authority, where it is not Azure's own."),
        ("tags", "Tags of the zone."),
    ];
    const RESOURCE_GROUP: ResourceGroupName = ResourceGroupName::Optional;
}
