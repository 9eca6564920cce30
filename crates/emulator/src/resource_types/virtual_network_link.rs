//! Microsoft.Network/privateDnsZones/virtualNetworkLinks.

use serde_json::{Value, json};

use super::common::{PRIVATE_DNS, forget_tags, network_name};
use super::properties;
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Etag, TypeInfo};

/// Type of virtual network links.
pub(crate) struct VirtualNetworkLink;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    writable: properties::DNS_LINK_WRITABLE,
    read_only: properties::DNS_LINK_READ_ONLY,
    etag: Etag::Quoted,
    immutable: &["virtualNetwork"],
    valid_name: network_name,
    ..PRIVATE_DNS
};

/// First version with `resolutionPolicy`.
const POLICY_SINCE: &str = "2024-06-01";

impl ResourceType for VirtualNetworkLink {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        check_policy(write)?;
        let enabled = write.property("registrationEnabled");
        if !(enabled.is_null() || enabled.is_boolean()) {
            return Err(body::wrong_type(&INFO, "properties.registrationEnabled", "a boolean"));
        }
        let asked = write.property("virtualNetwork");
        let network = if asked.is_null() { write.stored("virtualNetwork") } else { asked };
        let path = "properties.virtualNetwork";
        let kind = "Microsoft.Network/virtualNetworks";
        let id = body::reference(&INFO, path, network, kind)?.to_string();
        if world.store.get(&id).is_none() {
            let text = format!("The referenced virtual network '{id}' was not found.");
            return Err(ArmError::bad("BadRequest", text).in_operation());
        }
        check_namespaces(world, write, &id)?;
        check_registration(world, write, &id)
    }

    fn on_accepted(&self, _world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        next["location"] = json!("global");
        forget_tags(next);
        let properties = &mut next["properties"];
        properties["virtualNetworkLinkState"] = json!("InProgress");
        if properties["registrationEnabled"].is_null() {
            properties["registrationEnabled"] = json!(false);
        }
        if properties["virtualNetwork"].is_null() {
            properties["virtualNetwork"] = write.stored("virtualNetwork").clone();
        }
        if properties["resolutionPolicy"].is_null() && is_private_link(write.id) {
            let stored = write.stored("resolutionPolicy");
            let kept = if stored.is_null() { json!("Default") } else { stored.clone() };
            properties["resolutionPolicy"] = kept;
        }
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        if let Some(link) = world.store.get_mut(&id.to_string()) {
            link.body["properties"]["virtualNetworkLinkState"] = json!("Completed");
        }
    }

    fn render(&self, _world: &World, shown: &mut Value, version: &str) {
        if version < POLICY_SINCE
            && let Some(properties) = shown["properties"].as_object_mut()
        {
            properties.remove("resolutionPolicy");
        }
    }
}

fn zone_of(id: &ResourceId) -> String {
    id.names.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default()
}

fn is_private_link(id: &ResourceId) -> bool {
    zone_of(id).starts_with("privatelink.")
}

fn check_policy(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let policy = write.property("resolutionPolicy");
    if policy.is_null() {
        return Ok(());
    }
    if write.version < POLICY_SINCE {
        return Err(body::unknown_member(&INFO, "properties.resolutionPolicy"));
    }
    if !["Default", "NxDomainRedirect"].contains(&policy.as_str().unwrap_or_default()) {
        let wanted = "one of Default, NxDomainRedirect";
        return Err(body::wrong_type(&INFO, "properties.resolutionPolicy", wanted));
    }
    if !is_private_link(write.id) {
        let text = "The resolution policy can only be set on a virtual network link of a private \
                    link DNS zone.";
        return Err(ArmError::bad("BadRequest", text));
    }
    Ok(())
}

/// Returns the other links of a virtual network.
fn others<'a>(
    world: &'a World,
    write: &WriteRequest<'_>,
    network: &str,
) -> impl Iterator<Item = &'a Resource> {
    let own = write.id.key();
    world.store.of_type(INFO.name).filter(move |link| {
        let linked = link.body["properties"]["virtualNetwork"]["id"].as_str();
        link.id.key() != own && linked.is_some_and(|linked| same(linked, network))
    })
}

fn check_namespaces(
    world: &World,
    write: &WriteRequest<'_>,
    network: &str,
) -> Result<(), ArmError> {
    let zone = zone_of(write.id);
    let Some(link) = others(world, write, network).find(|link| zone_of(&link.id) == zone) else {
        return Ok(());
    };
    let text = format!(
        "A virtual network cannot be linked to multiple zones with overlapping namespaces. You \
         tried to link virtual network with '{zone}' and '{}' zones.",
        zone_of(&link.id)
    );
    Err(ArmError::bad("BadRequest", text).in_operation())
}

fn check_registration(
    world: &World,
    write: &WriteRequest<'_>,
    network: &str,
) -> Result<(), ArmError> {
    let registers =
        |link: &&Resource| link.body["properties"]["registrationEnabled"] == json!(true);
    if write.property("registrationEnabled") != &json!(true)
        || !others(world, write, network).any(|link| registers(&link))
    {
        return Ok(());
    }
    let text = format!(
        "The virtual network '{network}' is already linked to another zone with registration \
         enabled. A virtual network can only be linked to one registration zone."
    );
    Err(ArmError::new(409, "Conflict", text).in_operation())
}
