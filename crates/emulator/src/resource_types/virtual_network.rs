//! Microsoft.Network/virtualNetworks.

use serde_json::{Value, json};

use super::address_prefix::prefixes;
use super::common::NETWORK;
use super::{agent_subnet, network, properties, subnet};
use crate::arm_error::ArmError;
use crate::body;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::TypeInfo;

/// Type of virtual networks. Subnets are resources of their own, which a `PUT` can contain.
pub(crate) struct VirtualNetwork;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Network/virtualNetworks",
    writable: properties::VIRTUAL_NETWORK_WRITABLE,
    read_only: properties::VIRTUAL_NETWORK_READ_ONLY,
    top: &["extendedLocation"],
    retry_after: 3,
    ..NETWORK
};

impl ResourceType for VirtualNetwork {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if write.patch {
            return Ok(());
        }
        let space = write.property("addressSpace");
        let prefixes = prefixes(&INFO, space)?;
        if prefixes.is_empty() && space["ipamPoolPrefixAllocations"].is_null() {
            let text = "Address space of a virtual network must have at least one prefix.";
            return Err(ArmError::bad("NoAddressPrefixOrPoolProvided", text));
        }
        let subnets = body::items(&INFO, "properties.subnets", write.property("subnets"))?;
        for (index, entry) in subnets.iter().enumerate() {
            let path = format!("properties.subnets[{index}]");
            let known = ["id", "name", "type", "etag", "properties"];
            body::only_members(&INFO, &path, entry, &known)?;
            if !entry["name"].is_string() {
                return Err(body::wrong_type(&INFO, &format!("{path}.name"), "a string"));
            }
            subnet::check_inline(entry, &path)?;
            let id = write.id.child("subnets", entry["name"].as_str().unwrap_or_default());
            agent_subnet::check_delegation(world, &id.to_string(), entry)?;
            subnet::check_prefixes(write.id, entry, &prefixes, subnets)?;
        }
        for gone in dropped(world, write) {
            subnet::check_unused(world, gone)?;
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        network::name_guid(world, next);
        let asked = next["properties"]["subnets"].take();
        if let Some(properties) = next["properties"].as_object_mut() {
            properties.remove("subnets");
        }
        if next["properties"]["enableDdosProtection"].is_null() {
            next["properties"]["enableDdosProtection"] = json!(false);
        }
        if next["properties"]["virtualNetworkPeerings"].is_null() {
            next["properties"]["virtualNetworkPeerings"] = json!([]);
        }
        if write.patch {
            return;
        }
        let gone: Vec<String> =
            dropped(world, write).map(|subnet| subnet.full_id().to_owned()).collect();
        for id in gone {
            world.remove(&id);
        }
        for entry in asked.as_array().into_iter().flatten() {
            subnet::put_inline(world, write.id, entry);
        }
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let subnets = world.store.children(resource.full_id(), "subnets");
        for subnet in subnets {
            if subnet::check_unused(world, subnet).is_err() {
                let text = format!(
                    "Subnet {} is in use and cannot be deleted. In order to delete the virtual \
                     network, delete all the resources within its subnets.",
                    subnet.full_id()
                );
                return Err(ArmError::bad("InUseSubnetCannotBeDeleted", text));
            }
        }
        Ok(())
    }

    fn render(&self, world: &World, shown: &mut Value, version: &str) {
        let id = shown["id"].as_str().unwrap_or_default().to_owned();
        let subnets = world.store.children(&id, "subnets");
        let list: Vec<Value> = subnets.map(|subnet| world.render(subnet, Some(version))).collect();
        shown["properties"]["subnets"] = json!(list);
    }
}

/// Returns the subnets that a `PUT` omits, and so deletes.
fn dropped<'a>(world: &'a World, write: &WriteRequest<'a>) -> impl Iterator<Item = &'a Resource> {
    let named = |name: &str| {
        let asked = write.property("subnets").as_array().into_iter().flatten();
        asked.into_iter().any(|entry| {
            entry["name"].as_str().is_some_and(|asked| asked.eq_ignore_ascii_case(name))
        })
    };
    let existing: Vec<&Resource> = world.store.children(&write.id.to_string(), "subnets").collect();
    let gone: Vec<&Resource> =
        existing.into_iter().filter(|subnet| !named(subnet.id.name())).collect();
    gone.into_iter()
}
