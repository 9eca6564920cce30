//! Microsoft.Network/virtualNetworks.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::facts::{Facts, NETWORK};
use super::{Kind, Write, network, properties, subnet};
use crate::body;
use crate::error::ArmError;
use crate::store::Resource;
use crate::world::World;

/// The type; subnets are resources of their own that a `PUT` carries along.
pub(crate) struct VirtualNetwork;

static FACTS: Facts = Facts {
    name: "Microsoft.Network/virtualNetworks",
    writable: properties::VIRTUAL_NETWORK_WRITABLE,
    read_only: properties::VIRTUAL_NETWORK_READ_ONLY,
    top: &["extendedLocation"],
    ..NETWORK
};

impl Kind for VirtualNetwork {
    fn facts(&self) -> &Facts {
        &FACTS
    }

    fn check(&self, world: &World, write: &Write<'_>) -> Result<(), ArmError> {
        if write.patch {
            return Ok(());
        }
        let space = write.property("addressSpace");
        let prefixes = prefixes(space)?;
        if prefixes.is_empty() && space["ipamPoolPrefixAllocations"].is_null() {
            let text = "Address space of a virtual network must have at least one prefix.";
            return Err(ArmError::bad("NoAddressPrefixOrPoolProvided", text));
        }
        let subnets = body::items(&FACTS, "properties.subnets", write.property("subnets"))?;
        for (index, entry) in subnets.iter().enumerate() {
            let path = format!("properties.subnets[{index}]");
            let known = ["id", "name", "type", "etag", "properties"];
            body::only(&FACTS, &path, entry, &known)?;
            if !entry["name"].is_string() {
                return Err(body::mistyped(&FACTS, &format!("{path}.name"), "a string"));
            }
            subnet::check_inline(entry, &path)?;
            subnet::check_prefixes(write.id, entry, &prefixes, subnets)?;
        }
        for gone in dropped(world, write) {
            subnet::check_unused(world, gone)?;
        }
        Ok(())
    }

    fn accept(&self, world: &mut World, write: &Write<'_>, next: &mut Value) {
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

    fn check_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
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

    fn present(&self, world: &World, shown: &mut Value, version: &str) {
        let id = shown["id"].as_str().unwrap_or_default().to_owned();
        let subnets = world.store.children(&id, "subnets");
        let list: Vec<Value> = subnets.map(|subnet| world.present(subnet, Some(version))).collect();
        shown["properties"]["subnets"] = json!(list);
    }
}

/// The subnets that a `PUT` leaves out, and so deletes.
fn dropped<'a>(world: &'a World, write: &Write<'a>) -> impl Iterator<Item = &'a Resource> {
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

/// The address prefixes of an `addressSpace`.
pub(super) fn prefixes(space: &Value) -> Result<Vec<IpNet>, ArmError> {
    let path = "properties.addressSpace.addressPrefixes";
    let list = body::items(&FACTS, path, &space["addressPrefixes"])?;
    list.iter().map(|prefix| prefix.as_str().unwrap_or_default()).map(parse_prefix).collect()
}

/// Reads a prefix; its host bits must be zero.
pub(super) fn parse_prefix(text: &str) -> Result<IpNet, ArmError> {
    let net = text.parse::<IpNet>().ok().filter(|net| net.network() == net.addr());
    net.ok_or_else(|| {
        let message = format!("Address prefix {text} is not formatted correctly.");
        ArmError::bad("InvalidAddressPrefixFormat", message)
    })
}
