//! Microsoft.Network/privateDnsZones.

use serde_json::{Value, json};

use super::common::{PRIVATE_DNS, forget_tags};
use super::properties;
use crate::arm_error::ArmError;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Etag, TypeInfo};

/// Type of private DNS zones.
pub(crate) struct DnsZone;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Network/privateDnsZones",
    writable: properties::DNS_ZONE_WRITABLE,
    read_only: properties::DNS_ZONE_READ_ONLY,
    etag: Etag::Bare,
    valid_name: zone_name,
    ..PRIVATE_DNS
};

impl ResourceType for DnsZone {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let name = write.id.name().to_ascii_lowercase();
        let id = next["id"].as_str().unwrap_or_default();
        let parent = id.rsplit_once('/').map_or("", |(parent, _)| parent);
        next["id"] = json!(format!("{parent}/{name}"));
        next["name"] = json!(name);
        next["location"] = json!("global");
        forget_tags(next);
        let properties = &mut next["properties"];
        properties["maxNumberOfRecordSets"] = json!(25000);
        properties["maxNumberOfVirtualNetworkLinks"] = json!(1000);
        properties["maxNumberOfVirtualNetworkLinksWithRegistration"] = json!(100);
        if write.before.is_none() {
            let id = world.guid();
            properties["internalId"] = json!(format!("SW1tdXRhYmxlWm9uZUlkZW50aXR5O3{id}"));
            super::dns_record::put_start_of_authority(world, write.id);
        }
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let mut links = world.store.children(resource.full_id(), "virtualNetworkLinks");
        let Some(link) = links.next() else {
            return Ok(());
        };
        let nested = format!(
            "Microsoft.Network/privateDnsZones/{}/virtualNetworkLinks/{}",
            resource.id.name(),
            link.id.name()
        );
        let text = format!(
            "Cannot delete resource while nested resources exist. Some existing nested resource \
             IDs include: '{nested}'. Please delete all nested resources before deleting this \
             resource."
        );
        Err(ArmError::new(409, "CannotDeleteResource", text))
    }

    fn render(&self, world: &World, shown: &mut Value, _version: &str) {
        let id = shown["id"].as_str().unwrap_or_default().to_owned();
        let links: Vec<&Resource> = world.store.children(&id, "virtualNetworkLinks").collect();
        let registering =
            |link: &&&Resource| link.body["properties"]["registrationEnabled"] == json!(true);
        let records = world.store.below(&id).count() - links.len();
        let properties = &mut shown["properties"];
        properties["numberOfRecordSets"] = json!(records);
        properties["numberOfVirtualNetworkLinks"] = json!(links.len());
        properties["numberOfVirtualNetworkLinksWithRegistration"] =
            json!(links.iter().filter(registering).count());
    }
}

/// Returns `true` for 2 to 34 labels of 1 to 63 characters, 253 in all.
fn zone_name(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let valid = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    name.len() <= 253 && (2..=34).contains(&labels.len()) && labels.iter().all(valid)
}

/// Returns `true` for paths of private DNS, which writes `/` as `\/` in its JSON.
pub(crate) fn escapes_slashes(path: &str) -> bool {
    path.to_ascii_lowercase().contains("/microsoft.network/privatedns")
}
