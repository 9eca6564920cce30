//! Microsoft.Network/virtualNetworks/subnets.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::common::NETWORK;
use super::endpoint_check::contended;
use super::{address_prefix, agent_subnet, properties, schema};
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Location, Patch, TypeInfo};

/// Type of subnets.
pub(crate) struct Subnet;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Network/virtualNetworks/subnets",
    writable: properties::SUBNET_WRITABLE,
    read_only: properties::SUBNET_READ_ONLY,
    location: Location::None,
    tags: false,
    patch: Patch::None,
    retry_after: 3,
    ..NETWORK
};

/// Possible values of `privateEndpointNetworkPolicies`.
const POLICIES: [&str; 4] =
    ["Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"];

impl ResourceType for Subnet {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let Some(network) = write.id.parent() else {
            return Ok(());
        };
        let key = network.key();
        let text = "Another operation on this or dependent resource is in progress.";
        // Both answers are recorded. Which one comes when is a guess.
        if contended(world, &write.id.to_string(), None) {
            let error = ArmError::new(429, "RetryableError", "A retryable error occurred.");
            let error = error.detail("RetryableErrorDueToAnotherOperation", text);
            return Err(error.header("Retry-After", world.retry_after(11)));
        }
        if world.operations.busy(&key) || world.operations.busy_below(&key) {
            return Err(ArmError::new(409, "AnotherOperationInProgress", text));
        }
        check_values(write.body)?;
        agent_subnet::check_delegation(world, &write.id.to_string(), write.body)?;
        let stored = world.store.get(&network.to_string());
        let space = stored.map_or(&Value::Null, |found| &found.body["properties"]["addressSpace"]);
        let space = address_prefix::prefixes(&INFO, space)?;
        let mut others = vec![];
        for other in world.store.children(&network.to_string(), "subnets") {
            others.push(json!({ "name": other.id.name(), "properties": other.body["properties"] }));
        }
        let entry = json!({ "name": write.id.name(), "properties": write.body["properties"] });
        check_prefixes(&network, &entry, &space, &others)
    }

    fn on_accepted(&self, _world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        defaults(next);
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        if let Some(network) = id.parent() {
            world.touch(&network.to_string());
        }
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        check_unused(world, resource)
    }

    fn render(&self, world: &World, shown: &mut Value, _version: &str) {
        let id = shown["id"].as_str().unwrap_or_default().to_owned();
        let endpoints: Vec<Value> = world
            .store
            .of_type("Microsoft.Network/privateEndpoints")
            .filter(|endpoint| same(text_id(&endpoint.body["properties"]["subnet"]), &id))
            .map(|endpoint| json!({ "id": endpoint.full_id() }))
            .collect();
        let mut addresses = Vec::new();
        for interface in world.store.of_type("Microsoft.Network/networkInterfaces") {
            let list = interface.body["properties"]["ipConfigurations"].as_array();
            for entry in list.into_iter().flatten() {
                if same(text_id(&entry["properties"]["subnet"]), &id) {
                    addresses.push(json!({ "id": entry["id"] }));
                }
            }
        }
        let links = agent_subnet::link(world, &id).into_iter().collect();
        for (name, list) in [
            ("privateEndpoints", endpoints),
            ("ipConfigurations", addresses),
            ("serviceAssociationLinks", links),
        ] {
            if !list.is_empty() {
                shown["properties"][name] = json!(list);
            }
        }
    }
}

fn text_id(reference: &Value) -> &str {
    reference["id"].as_str().unwrap_or_default()
}

/// Checks the names and values of a subnet in a virtual network's body.
pub(super) fn check_inline(entry: &Value, path: &str) -> Result<(), ArmError> {
    let known = [properties::SUBNET_WRITABLE, properties::SUBNET_READ_ONLY].concat();
    body::only_members(&INFO, &format!("{path}.properties"), &entry["properties"], &known)?;
    schema::check(&INFO, entry, path)?;
    check_values(entry)
}

fn check_values(entry: &Value) -> Result<(), ArmError> {
    let policy = &entry["properties"]["privateEndpointNetworkPolicies"];
    match policy.as_str() {
        Some(text) if POLICIES.contains(&text) => Ok(()),
        None if policy.is_null() => Ok(()),
        _ => {
            let path = "properties.privateEndpointNetworkPolicies";
            Err(body::wrong_type(&INFO, path, &format!("one of {}", POLICIES.join(", "))))
        }
    }
}

/// Returns the prefixes of a subnet's body, from either spelling.
pub(super) fn prefixes_of(inner: &Value) -> Result<Vec<IpNet>, ArmError> {
    let one = inner["addressPrefix"].as_str().into_iter();
    let many = inner["addressPrefixes"].as_array().into_iter().flatten();
    let mut texts: Vec<&str> = one.chain(many.filter_map(Value::as_str)).collect();
    texts.dedup();
    texts.into_iter().map(address_prefix::parse_prefix).collect()
}

/// Refuses a subnet that is not within its network, or overlaps another one.
pub(super) fn check_prefixes(
    network: &ResourceId,
    entry: &Value,
    space: &[IpNet],
    neighbors: &[Value],
) -> Result<(), ArmError> {
    let name = entry["name"].as_str().unwrap_or_default();
    let own = prefixes_of(&entry["properties"])?;
    if own.is_empty() && entry["properties"]["ipamPoolPrefixAllocations"].is_null() {
        let text = format!("Subnet {name} must have an address prefix.");
        return Err(ArmError::bad("NoAddressPrefixOrPoolProvided", text));
    }
    for prefix in &own {
        if !space.is_empty() && !space.iter().any(|whole| whole.contains(prefix)) {
            let text = format!(
                "Subnet '{name}' is not valid because its IP address range is outside the IP \
                 address range of virtual network '{}'.",
                network.name()
            );
            return Err(ArmError::bad("NetcfgSubnetRangeOutsideVnet", text));
        }
        for other in neighbors {
            let other_name = other["name"].as_str().unwrap_or_default();
            let overlaps = |net: &IpNet| net.contains(prefix) || prefix.contains(net);
            if !other_name.eq_ignore_ascii_case(name)
                && prefixes_of(&other["properties"])?.iter().any(overlaps)
            {
                let text = format!(
                    "Subnet '{name}' is not valid because its IP address range overlaps with \
                     that of an existing subnet in virtual network '{}'.",
                    network.name()
                );
                return Err(ArmError::bad("NetcfgSubnetRangesOverlap", text));
            }
        }
    }
    Ok(())
}

/// Returns an error while something has an address in the subnet.
pub(super) fn check_unused(world: &World, subnet: &Resource) -> Result<(), ArmError> {
    let shown = world.render(subnet, None);
    let user = |name: &str| shown["properties"][name][0]["id"].as_str();
    let Some(user) = user("ipConfigurations").or(user("serviceAssociationLinks")) else {
        return Ok(());
    };
    let text = format!(
        "Subnet {} is in use by {user} and cannot be deleted. In order to delete the subnet, \
         delete all the resources within the subnet.",
        subnet.id.name()
    );
    Err(ArmError::bad("InUseSubnetCannotBeDeleted", text))
}

/// Creates or replaces a subnet that a virtual network's body contains.
pub(super) fn put_inline(world: &mut World, network: &ResourceId, entry: &Value) {
    let id = network.child("subnets", entry["name"].as_str().unwrap_or_default());
    let before = world.store.get(&id.to_string()).map(|found| found.body.clone());
    let write = WriteRequest {
        id: &id,
        version: INFO.newest(),
        body: entry,
        before: before.as_ref(),
        patch: false,
    };
    let mut next = body::compose(&INFO, &write);
    defaults(&mut next);
    next["properties"]["provisioningState"] = json!("Succeeded");
    world.put(&id, next);
}

fn defaults(next: &mut Value) {
    for (name, value) in [
        ("privateEndpointNetworkPolicies", json!("Disabled")),
        ("privateLinkServiceNetworkPolicies", json!("Enabled")),
        ("delegations", json!([])),
    ] {
        if next["properties"][name].is_null() {
            next["properties"][name] = value;
        }
    }
}
