//! Checks of a private endpoint's body.

use serde_json::{Value, json};

use super::common::network_name;
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same, same_location};
use crate::world::World;
use crate::world::private_link::LinkGroup;
use crate::world::resource_type::WriteRequest;
use crate::world::store::Resource;
use crate::world::type_info::TypeInfo;

/// Properties that hold the connection: for automatic approval, and for approval by the owner.
pub(super) const AUTOMATIC: &str = "privateLinkServiceConnections";
pub(super) const MANUAL: &str = "manualPrivateLinkServiceConnections";

/// Suffix of a private link service's alias.
const ALIAS: &str = ".azure.privatelinkservice";

/// The connection of an endpoint.
pub(super) struct Connection<'a> {
    pub(super) entry: &'a Value,
    pub(super) manual: bool,
}

impl Connection<'_> {
    pub(super) fn target(&self) -> &str {
        self.entry["properties"]["privateLinkServiceId"].as_str().unwrap_or_default()
    }

    pub(super) fn group(&self) -> &str {
        self.entry["properties"]["groupIds"][0].as_str().unwrap_or_default()
    }

    pub(super) fn is_alias(&self) -> bool {
        !self.target().contains('/') && self.target().to_ascii_lowercase().ends_with(ALIAS)
    }
}

/// Returns the connection in `properties`, if there is one.
pub(super) fn connection(properties: &Value) -> Option<Connection<'_>> {
    let first = |name: &str| properties[name].as_array().and_then(|list| list.first());
    let automatic = first(AUTOMATIC).map(|entry| Connection { entry, manual: false });
    automatic.or_else(|| first(MANUAL).map(|entry| Connection { entry, manual: true }))
}

/// Checks everything except addresses.
pub(super) fn check(
    info: &TypeInfo,
    world: &World,
    write: &WriteRequest<'_>,
) -> Result<(), ArmError> {
    let properties = &write.body["properties"];
    check_shape(info, properties)?;
    let count = |name: &str| properties[name].as_array().map_or(0, Vec::len);
    let Some(connection) = connection(properties).filter(|_| count(AUTOMATIC) + count(MANUAL) == 1)
    else {
        let text = format!(
            "Private endpoint {} must have exactly one private link service connection, in \
             either privateLinkServiceConnections or manualPrivateLinkServiceConnections.",
            write.id
        );
        return Err(ArmError::bad("PrivateEndpointMustHaveOneConnection", text));
    };
    check_connection(info, &connection)?;
    check_unchanged(write, &connection)?;
    check_subnet(info, world, write)?;
    let groups = "Microsoft.Network/applicationSecurityGroups";
    let path = "properties.applicationSecurityGroups";
    for entry in body::items(info, path, write.property("applicationSecurityGroups"))? {
        let id = body::reference(info, path, entry, groups)?.to_string();
        if world.store.get(&id).is_none() {
            return Err(ArmError::reference(&id, &write.id.to_string()));
        }
    }
    check_interface(world, write)?;
    if connection.is_alias() {
        return Ok(());
    }
    let (target, _) = target(world, write.id, &connection)?;
    match (write.before, world.type_of(&target.id)) {
        // The current state of the target does not prevent the change of a tag.
        (None, Some(kind)) => match kind.validate_link_target(world, &target.body) {
            Err(error) if !error.in_operation => Err(error),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Returns the error with which the target fails an accepted endpoint, if it is new or has failed.
pub(super) fn refused_later(world: &World, write: &WriteRequest<'_>) -> Option<ArmError> {
    if write.before.is_some() && write.stored("provisioningState") != &json!("Failed") {
        return None;
    }
    let target = world.store.get(connection(&write.body["properties"])?.target())?;
    let refused = world.type_of(&target.id)?.validate_link_target(world, &target.body).err();
    refused.filter(|error| error.in_operation)
}

fn check_shape(info: &TypeInfo, properties: &Value) -> Result<(), ArmError> {
    for array in [AUTOMATIC, MANUAL] {
        let path = format!("properties.{array}");
        for (index, entry) in body::items(info, &path, &properties[array])?.iter().enumerate() {
            let at = format!("{path}[{index}]");
            body::only_members(info, &at, entry, &["id", "name", "type", "etag", "properties"])?;
            let inner = [
                "privateLinkServiceId",
                "groupIds",
                "requestMessage",
                "privateLinkServiceConnectionState",
                "provisioningState",
            ];
            body::only_members(info, &format!("{at}.properties"), &entry["properties"], &inner)?;
        }
    }
    let path = "properties.ipConfigurations";
    for (index, entry) in
        body::items(info, path, &properties["ipConfigurations"])?.iter().enumerate()
    {
        let at = format!("{path}[{index}]");
        body::only_members(info, &at, entry, &["name", "type", "etag", "properties"])?;
        let inner = ["groupId", "memberName", "privateIPAddress"];
        body::only_members(info, &format!("{at}.properties"), &entry["properties"], &inner)?;
    }
    let version = properties["ipVersionType"].as_str();
    if !properties["ipVersionType"].is_null()
        && !version.is_some_and(|text| ["IPv4", "IPv6", "DualStack"].contains(&text))
    {
        let wanted = "one of IPv4, IPv6, DualStack";
        return Err(body::wrong_type(info, "properties.ipVersionType", wanted));
    }
    Ok(())
}

fn check_connection(info: &TypeInfo, connection: &Connection<'_>) -> Result<(), ArmError> {
    let name = connection.entry["name"].as_str().unwrap_or_default();
    if !network_name(name) {
        let text = format!("Resource name {name} of a private link service connection is invalid.");
        return Err(ArmError::bad("InvalidResourceName", text));
    }
    let message = &connection.entry["properties"]["requestMessage"];
    if !(message.is_null() || message.is_string()) {
        return Err(body::wrong_type(info, "requestMessage", "a string"));
    }
    if message.as_str().is_some_and(|text| text.chars().count() > 140) {
        let text = "The request message of a private endpoint is longer than 140 characters.";
        return Err(ArmError::bad("PrivateEndpointRequestMessageTooLong", text));
    }
    let path = "properties.privateLinkServiceConnections[0].properties.groupIds";
    let groups = body::items(info, path, &connection.entry["properties"]["groupIds"])?;
    if groups.iter().any(|group| !group.is_string()) {
        return Err(body::wrong_type(info, path, "an array of strings"));
    }
    if connection.is_alias() {
        return Ok(());
    }
    match groups.len() {
        0 => {
            let text = format!(
                "Private link service connection {name} is missing required parameter 'group Id'."
            );
            Err(ArmError::bad("MissingParameterOnPrivateLinkServiceConnection", text))
        }
        1 => Ok(()),
        _ => {
            let text = format!(
                "Private link service connection {name} has more than one group Id: a first-party \
                 resource is connected to one."
            );
            Err(ArmError::bad("OnlyOneGroupIdPermitted", text))
        }
    }
}

fn check_subnet(info: &TypeInfo, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let asked = write.property("subnet");
    let kind = "Microsoft.Network/virtualNetworks/subnets";
    let id = body::reference(info, "properties.subnet", asked, kind)?;
    let own = write.id.to_string();
    let location = write.body["location"].as_str().unwrap_or_default();
    let near = |network: &Resource| {
        same_location(network.body["location"].as_str().unwrap_or_default(), location)
    };
    let network = id.parent().map(|network| network.to_string()).unwrap_or_default();
    let found = world.store.get(&network).is_some_and(near);
    let Some(subnet) = world.store.get(&id.to_string()).filter(|_| found) else {
        return Err(ArmError::reference(&id.to_string(), &own));
    };
    if contended(world, &id.to_string(), Some(write.id)) {
        return Err(unprovisioned(&id, &own, "Updating"));
    }
    match subnet.text("provisioningState") {
        "Updating" | "Deleting" => Err(unprovisioned(&id, &own, subnet.text("provisioningState"))),
        _ => Ok(()),
    }
}

/// Returns `true` if another endpoint's operation keeps a subnet busy, and contention is turned on.
pub(super) fn contended(world: &World, subnet: &str, own: Option<&ResourceId>) -> bool {
    let holds = |id: &ResourceId| {
        let endpoint = world.store.get(&id.to_string());
        let used = endpoint.and_then(|found| found.body["properties"]["subnet"]["id"].as_str());
        id.is_type("Microsoft.Network/privateEndpoints")
            && own.is_none_or(|own| own.key() != id.key())
            && used.is_some_and(|used| same(used, subnet))
    };
    world.options.subnet_contention && world.operations.running().any(holds)
}

/// Returns the 429 for a request that refers to a resource with a running write.
pub(super) fn unprovisioned(id: &ResourceId, by: &str, state: &str) -> ArmError {
    let text = "A retryable error occurred.";
    let reason = format!(
        "Cannot proceed with operation because resource {id} used by resource {by} is not in \
         Succeeded state. Resource is in {state} state and the last operation that updated/is \
         updating the resource is PutSubnetOperation."
    );
    let error = ArmError::new(429, "RetryableError", text);
    error.detail("ReferencedResourceNotProvisioned", reason).header("Retry-After", "10")
}

fn check_interface(world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let name = write.property("customNetworkInterfaceName").as_str().unwrap_or_default();
    if name.is_empty() || write.before.is_some() {
        return Ok(());
    }
    let id = write.id.sibling("Microsoft.Network", "networkInterfaces", name).to_string();
    if world.store.get(&id).is_some() {
        let text = format!("Network interface {id} already exists.");
        return Err(ArmError::bad("NetworkInterfaceNameInUse", text));
    }
    if network_name(name) && name.len() <= 64 {
        return Ok(());
    }
    let text = format!("Resource name {name} of a network interface is invalid.");
    Err(ArmError::bad("InvalidResourceName", text))
}

/// Refuses a change of what an existing endpoint cannot change.
fn check_unchanged(write: &WriteRequest<'_>, connection: &Connection<'_>) -> Result<(), ArmError> {
    let Some(before) = write.before else {
        return Ok(());
    };
    let refuse = |what: &str, code: &str| {
        let text = format!("Cannot change {what} on existing private endpoint {}.", write.id);
        Err(ArmError::bad(code, text))
    };
    if !body::same_value(write.property("subnet"), write.stored("subnet")) {
        return refuse("subnet", "CannotChangeSubnetOnExistingPrivateEndpoint");
    }
    if let Some(old) = self::connection(&before["properties"]) {
        let name = |connection: &Connection<'_>| {
            connection.entry["name"].as_str().unwrap_or_default().to_owned()
        };
        let equal = old.manual == connection.manual
            && name(&old).eq_ignore_ascii_case(&name(connection))
            && same(old.target(), connection.target())
            && old.group().eq_ignore_ascii_case(connection.group());
        if !equal {
            let code = "CannotChangePrivateLinkConnectionOnPrivateEndpoint";
            return refuse("private link service connection", code);
        }
    }
    // An omitted value keeps its current value.
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let interface = "customNetworkInterfaceName";
    if !write.property(interface).is_null()
        && !same(&text(write.property(interface)), &text(write.stored(interface)))
    {
        let code = "CannotChangeNetworkInterfaceNameOnExistingPrivateEndpoint";
        return refuse("network interface name", code);
    }
    Ok(())
}

/// Returns the static addresses of IP configurations by member, sorted.
pub(super) fn fixed(list: &Value) -> Vec<(String, String)> {
    let entries = list.as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_ascii_lowercase();
    let mut found: Vec<(String, String)> = entries
        .map(|entry| &entry["properties"])
        .map(|inner| (text(&inner["memberName"]), text(&inner["privateIPAddress"])))
        .collect();
    found.sort();
    found
}

/// Returns the target of a connection and the group that the connection requests.
pub(super) fn target<'a>(
    world: &'a World,
    endpoint: &ResourceId,
    connection: &Connection<'_>,
) -> Result<(&'a Resource, LinkGroup), ArmError> {
    let text = connection.target();
    let Some(id) = ResourceId::parse(text) else {
        let message = format!(
            "Property id '{text}' at path 'properties.privateLinkServiceConnections[0].properties.\
             privateLinkServiceId' is invalid. Expect fully qualified resource Id that start with \
             '/subscriptions/{{subscriptionId}}'."
        );
        return Err(ArmError::bad("LinkedInvalidPropertyId", message));
    };
    let Some(target) = world.store.get(text) else {
        return Err(ArmError::reference(text, &endpoint.to_string()));
    };
    let groups = world.link_groups(target);
    if groups.is_empty() {
        let message = format!(
            "Invalid private link service id {text}: {} has no private link.",
            id.resource_type()
        );
        return Err(ArmError::bad("InvalidPrivateLinkServiceId", message));
    }
    let known: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
    let wanted = connection.group();
    let found = groups.into_iter().find(|group| group.id.eq_ignore_ascii_case(wanted));
    found.map(|group| (target, group)).ok_or_else(|| {
        let message = format!(
            "Call to {} failed. Error message: Invalid groupId '{wanted}'. The valid values are \
             {}.",
            id.resource_type(),
            known.join(", ")
        );
        ArmError::bad("InvalidGroupId", message)
    })
}
