//! Private endpoints that a service creates in a subscription of Microsoft's. Only the connection
//! at the target is visible.

use serde_json::json;

use super::endpoint_check::AUTOMATIC;
use super::private_endpoint_connection as target_side;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::store::Resource;

/// Returns the ID of the endpoint for a resource, with the resource's name. The name is reported
/// for a hub's rule. The names of the others, and the place of each, are guesses.
pub(super) fn id(of: &ResourceId) -> String {
    let owner = of.parent().unwrap_or_else(|| of.clone()).key();
    let subscription = fixed_guid(&format!("managed endpoints of {owner}"));
    format!(
        "/subscriptions/{subscription}/resourceGroups/commonHoboRG28/providers/Microsoft.Network/\
         privateEndpoints/{}",
        of.name()
    )
}

/// Creates the connection of a resource's endpoint to a group of a target.
pub(super) fn connect(
    world: &mut World,
    of: &ResourceId,
    (target, group): (&str, &str),
    message: &str,
    approved: bool,
) {
    let text = id(of);
    let Some(endpoint) = ResourceId::parse(&text) else { return };
    let body = json!({ "id": text, "properties": { AUTOMATIC: [{ "name": of.name(), "properties": {
        "privateLinkServiceId": target,
        "groupIds": [group],
        "requestMessage": message,
    } }] } });
    target_side::connect(world, &Resource::new(endpoint, body), approved);
}

/// Removes the connection of a resource's endpoint.
pub(super) fn remove(world: &mut World, of: &ResourceId) {
    target_side::remove_of(world, &id(of));
}

/// Returns the status of the connection of a resource's endpoint, if it exists.
pub(super) fn status<'a>(world: &'a World, of: &ResourceId, target: &str) -> Option<&'a str> {
    let wanted = id(of);
    let joined = |one: &&Resource| {
        let own = one.body["properties"]["privateEndpoint"]["id"].as_str();
        own.is_some_and(|own| same(own, &wanted))
    };
    let found = world.store.children(target, "privateEndpointConnections").find(joined)?;
    found.body.pointer("/properties/privateLinkServiceConnectionState/status")?.as_str()
}
