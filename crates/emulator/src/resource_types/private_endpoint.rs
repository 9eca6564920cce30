//! Microsoft.Network/privateEndpoints.

use serde_json::{Value, json};

use super::common::NETWORK;
use super::endpoint_address::{Assigned, assign};
use super::endpoint_check::{AUTOMATIC, MANUAL, check, connection, fixed, refused_later};
use super::{network, private_endpoint_connection as target_side, properties};
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::rules::lock;
use crate::world::World;
use crate::world::private_link::ServedName;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Patch, TypeInfo};

/// Type of private endpoints.
pub(crate) struct PrivateEndpoint;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Network/privateEndpoints",
    since: "2019-02-01",
    writable: properties::PRIVATE_ENDPOINT_WRITABLE,
    read_only: properties::PRIVATE_ENDPOINT_READ_ONLY,
    top: &["extendedLocation"],
    patch: Patch::None,
    idle_put: true,
    ..NETWORK
};

/// First version with `ipVersionType`. Every recorded answer from this version on has the property,
/// and no older one. It is a guess that older versions refuse it. With `--loose`, the emulator
/// drops it, which is also possible.
const IP_VERSION_SINCE: &str = "2025-03-01";

/// Properties that an update keeps if it omits them.
const KEPT: [&str; 3] = ["customNetworkInterfaceName", "ipConfigurations", "ipVersionType"];

impl ResourceType for PrivateEndpoint {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        check(&INFO, world, write)?;
        if write.version < IP_VERSION_SINCE && !write.property("ipVersionType").is_null() {
            return Err(body::unknown_member(&INFO, "properties.ipVersionType"));
        }
        match connection(&write.body["properties"]) {
            Some(connection) if chooses_addresses(write) => {
                assign(world, write, &connection).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn fate(&self, world: &World, write: &WriteRequest<'_>) -> Option<ArmError> {
        refused_later(world, write)
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        network::name_guid(world, next);
        // Of the subnet, only the ID is kept (recorded).
        next["properties"]["subnet"] = json!({ "id": write.property("subnet")["id"] });
        let kept = write.stored("customDnsConfigs").clone();
        next["properties"]["customDnsConfigs"] = if kept.is_null() { json!([]) } else { kept };
        for (name, default) in [
            ("ipVersionType", json!("IPv4")),
            ("customNetworkInterfaceName", json!("")),
            ("ipConfigurations", json!([])),
            (AUTOMATIC, json!([])),
            (MANUAL, json!([])),
        ] {
            if next["properties"][name].is_null() {
                let keep = KEPT.contains(&name) && !write.stored(name).is_null();
                next["properties"][name] = if keep { write.stored(name).clone() } else { default };
            }
        }
        complete_connection(world, write, next);
        if chooses_addresses(write)
            && let Some(connection) = connection(&write.body["properties"])
        {
            // The validation has just checked this under the same lock.
            let assigned = assign(world, write, &connection).unwrap_or_default();
            if write.before.is_some() {
                return move_interface(world, write, connection.group(), &assigned);
            }
            let interface = make_interface(world, write, next, connection.group(), &assigned);
            next["properties"]["networkInterfaces"] = json!([{ "id": interface }]);
        }
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        let Some(endpoint) = world.store.get_mut(&id.to_string()) else {
            return;
        };
        let mut approved = false;
        for array in [AUTOMATIC, MANUAL] {
            let entry = endpoint.body.pointer_mut(&format!("/properties/{array}/0"));
            let Some(entry) = entry else {
                continue;
            };
            entry["properties"]["provisioningState"] = json!("Succeeded");
            let target = entry["properties"]["privateLinkServiceId"].as_str().unwrap_or_default();
            let settled = target_side::approval(target);
            let message = entry["properties"]["requestMessage"].clone();
            let state = &mut entry["properties"]["privateLinkServiceConnectionState"];
            if state["description"] == json!(AUTOMATIC_AT_FIRST) {
                state["description"] = json!(settled);
            } else if state["description"] == json!(MANUAL_AT_FIRST) {
                state["description"] = json!(message.as_str().unwrap_or_default());
            }
            approved = state["status"] == json!("Approved");
        }
        let endpoint = endpoint.clone();
        for interface in interfaces(&endpoint) {
            if let Some(interface) = world.store.get_mut(&interface) {
                interface.body["properties"]["provisioningState"] = json!("Succeeded");
            }
        }
        target_side::connect(world, &endpoint, approved);
        refresh_names(world, &id.to_string());
    }

    fn render(&self, _world: &World, shown: &mut Value, version: &str) {
        if version < IP_VERSION_SINCE
            && let Some(properties) = shown["properties"].as_object_mut()
        {
            properties.remove("ipVersionType");
        }
    }

    /// Refuses the deletion while the target has a lock, which protects the connection there.
    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let Some(connection) = connection(&resource.body["properties"]) else {
            return Ok(());
        };
        let held = format!("{}/privateEndpointConnections", connection.target());
        lock::check(&world.rules.locks, "DELETE", &held).map_err(ArmError::in_operation)
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        for interface in interfaces(resource) {
            world.remove(&interface);
        }
        target_side::remove_of(world, resource.full_id());
    }
}

/// Description of a connection until its endpoint is complete (recorded).
const AUTOMATIC_AT_FIRST: &str = "Auto Approved";
const MANUAL_AT_FIRST: &str = "Awaiting Approval";

/// Returns `true` if a write chooses addresses: for a new endpoint, or for other static addresses.
fn chooses_addresses(write: &WriteRequest<'_>) -> bool {
    let asked = write.property("ipConfigurations");
    write.before.is_none()
        || !asked.is_null() && fixed(asked) != fixed(write.stored("ipConfigurations"))
}

/// Returns the IDs of an endpoint's network interfaces.
pub(super) fn interfaces(endpoint: &Resource) -> Vec<String> {
    let list = endpoint.body["properties"]["networkInterfaces"].as_array();
    let ids = list.into_iter().flatten().filter_map(|entry| entry["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// Sets the ID and the state of the connection. An existing connection keeps its state.
fn complete_connection(world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
    let etag = format!("W/\"{}\"", world.guid());
    let id = next["id"].as_str().unwrap_or_default().to_owned();
    let automatic = if approves(world, write) { "Approved" } else { "Pending" };
    let at_first = if automatic == "Approved" { AUTOMATIC_AT_FIRST } else { "" };
    for (array, status, description) in
        [(AUTOMATIC, automatic, at_first), (MANUAL, "Pending", MANUAL_AT_FIRST)]
    {
        let kept =
            write.stored(array)[0]["properties"]["privateLinkServiceConnectionState"].clone();
        let Some(entry) = next["properties"][array].get_mut(0) else {
            continue;
        };
        let name = entry["name"].as_str().unwrap_or_default().to_owned();
        entry["id"] = json!(format!("{id}/{array}/{name}"));
        entry["type"] = json!(format!("Microsoft.Network/privateEndpoints/{array}"));
        entry["etag"] = json!(etag);
        let state = json!({
            "status": status, "description": description, "actionsRequired": "None",
        });
        entry["properties"]["provisioningState"] = json!("Succeeded");
        entry["properties"]["privateLinkServiceConnectionState"] =
            if kept.is_null() { state } else { kept };
    }
}

/// Returns `true` if the caller may also approve the connection. Otherwise the target's owner must
/// approve it.
fn approves(world: &World, write: &WriteRequest<'_>) -> bool {
    connection(&write.body["properties"]).is_none_or(|connection| {
        let target = connection.target();
        let kind =
            ResourceId::parse(target).map(|target| target.resource_type()).unwrap_or_default();
        let action = format!("{kind}/PrivateEndpointConnectionsApproval/action");
        world.rules.access.allows(&action, target)
    })
}

fn make_interface(
    world: &mut World,
    write: &WriteRequest<'_>,
    next: &Value,
    group: &str,
    assigned: &[Assigned],
) -> String {
    let guid = world.guid();
    let custom = next["properties"]["customNetworkInterfaceName"].as_str().unwrap_or_default();
    let name = match custom {
        "" => format!("{}.nic.{guid}", write.id.name()),
        custom => custom.to_owned(),
    };
    let endpoint = ResourceId::parse(next["id"].as_str().unwrap_or_default());
    let endpoint = endpoint.unwrap_or_else(|| write.id.clone());
    let id = endpoint.sibling("Microsoft.Network", "networkInterfaces", &name);
    let entries = address_entries(&id, write.property("subnet"), group, assigned);
    let interface = json!({
        "id": id.to_string(),
        "name": name,
        "type": "Microsoft.Network/networkInterfaces",
        "location": next["location"],
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid.to_string(),
            "ipConfigurations": entries,
            "dnsSettings": { "dnsServers": [], "appliedDnsServers": [] },
            "enableAcceleratedNetworking": false,
            "enableIPForwarding": false,
            "hostedWorkloads": [],
            "macAddress": "",
            "nicType": "Standard",
            "privateEndpoint": { "id": endpoint.to_string() },
        },
    });
    world.put(&id, interface);
    id.to_string()
}

/// Gives other addresses to the network interface of an existing endpoint.
fn move_interface(world: &mut World, write: &WriteRequest<'_>, group: &str, assigned: &[Assigned]) {
    let id = write.stored("networkInterfaces")[0]["id"].as_str().unwrap_or_default();
    let Some(interface) = world.store.get_mut(id) else {
        return;
    };
    let entries = address_entries(&interface.id, write.property("subnet"), group, assigned);
    interface.body["properties"]["ipConfigurations"] = json!(entries);
    // The records of the zone groups follow.
    let due = world.clock.now() + world.options.record_seconds;
    let groups = world.store.children(&write.id.to_string(), "privateDnsZoneGroups");
    let groups: Vec<_> = groups.map(|group| (due, group.id.clone())).collect();
    world.late_records.extend(groups);
}

fn address_entries(
    interface: &ResourceId,
    subnet: &Value,
    group: &str,
    assigned: &[Assigned],
) -> Vec<Value> {
    let numbered = assigned.iter().enumerate();
    numbered.map(|(index, one)| address_entry(interface, subnet, group, index, one)).collect()
}

fn address_entry(
    interface: &ResourceId,
    subnet: &Value,
    group: &str,
    index: usize,
    assigned: &Assigned,
) -> Value {
    let member = &assigned.member;
    let name = format!("privateEndpointIpConfig.{}.{}", member.name, index + 1);
    let fqdns: Vec<&str> = member.names.iter().map(|served| &*served.fqdn).collect();
    json!({
        "id": format!("{interface}/ipConfigurations/{name}"),
        "name": name,
        "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
        "properties": {
            "provisioningState": "Succeeded",
            "privateIPAddress": assigned.address.to_string(),
            "privateIPAllocationMethod": if assigned.fixed { "Static" } else { "Dynamic" },
            "privateIPAddressVersion": "IPv4",
            "primary": index == 0,
            "subnet": { "id": subnet["id"] },
            "privateLinkConnectionProperties": {
                "groupId": group,
                "requiredMemberName": member.name,
                "fqdns": fqdns,
            },
        },
    })
}

/// A name that an endpoint serves, with its address.
pub(super) struct NameAddress {
    pub(super) name: ServedName,
    pub(super) address: String,
}

/// Returns all names that an endpoint serves, or none if its target was deleted.
pub(super) fn served(world: &World, endpoint: &Resource) -> Vec<NameAddress> {
    let Some(connection) = connection(&endpoint.body["properties"]) else {
        return Vec::new();
    };
    let Some(target) = world.store.get(connection.target()) else {
        return Vec::new();
    };
    let groups = world.link_groups(target);
    let wanted = connection.group();
    let Some(group) = groups.into_iter().find(|group| group.id.eq_ignore_ascii_case(wanted)) else {
        return Vec::new();
    };
    let mut served = Vec::new();
    for interface in interfaces(endpoint) {
        let Some(interface) = world.store.get(&interface) else {
            continue;
        };
        let list = interface.body["properties"]["ipConfigurations"].as_array();
        for inner in list.into_iter().flatten().map(|entry| &entry["properties"]) {
            let member = &inner["privateLinkConnectionProperties"]["requiredMemberName"];
            let own = group.members.iter().find(|one| member.as_str() == Some(&one.name));
            let address = inner["privateIPAddress"].as_str().unwrap_or_default();
            for name in own.into_iter().flat_map(|member| &member.names) {
                served.push(NameAddress { name: name.clone(), address: address.to_owned() });
            }
        }
    }
    served
}

/// Writes `customDnsConfigs`: the names that no zone group covers.
pub(super) fn refresh_names(world: &mut World, id: &str) {
    let Some(endpoint) = world.store.get(id) else {
        return;
    };
    let mut covered: Vec<String> = Vec::new();
    for group in world.store.children(id, "privateDnsZoneGroups") {
        let configs = group.body["properties"]["privateDnsZoneConfigs"].as_array();
        for config in configs.into_iter().flatten() {
            let sets = config["properties"]["recordSets"].as_array();
            let names = sets.into_iter().flatten().filter_map(|set| set["fqdn"].as_str());
            covered.extend(names.map(str::to_owned));
        }
    }
    let served = served(world, endpoint);
    let open = served.iter().filter(|one| {
        let private = format!("{}.{}", one.name.record, one.name.zone);
        !covered.iter().any(|covered| same(covered, &private))
    });
    let configs: Vec<Value> =
        open.map(|one| json!({ "fqdn": one.name.fqdn, "ipAddresses": [one.address] })).collect();
    if let Some(endpoint) = world.store.get_mut(id) {
        endpoint.body["properties"]["customDnsConfigs"] = json!(configs);
    }
}
