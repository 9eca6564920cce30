//! Managed network of a machine learning workspace, which the projects of a hub share.

use serde_json::{Value, json};

use super::isolation::{self, DISABLED, Network};
use super::{identity, outbound_rule, required_rules};
use crate::arm_error::ArmError;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::WriteRequest;
use crate::world::store::Resource;

/// Action that provisions a deferred network.
pub(super) const PROVISION: &str = "provisionmanagednetwork";

/// Refuses an invalid network, or invalid rules of it.
pub(super) fn check(world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let asked = isolation::canonical(write.property("managedNetwork"));
    if asked.is_null() {
        return Ok(());
    }
    // A workspace without `managedNetwork` has no isolation.
    let stored = match write.stored("managedNetwork") {
        Value::Null => &json!({ "isolationMode": DISABLED }),
        stored => stored,
    };
    let network = Network::at(world, write.id).unwrap_or_else(|| Network {
        parent: write.id.clone(),
        mode: DISABLED.to_owned(),
        stands: false,
    });
    isolation::check(&asked, stored, false)?;
    let mode = asked["isolationMode"].as_str().unwrap_or(&network.mode);
    if asked["outboundRules"].is_object() || mode != network.mode {
        network.is_free(world, write.id)?;
    }
    outbound_rule::check_all(world, &network, mode, &asked["outboundRules"])
}

/// Writes the requested network into the workspace's body, and its rules beside it. Omitted values
/// stay (a guess).
pub(super) fn settle(world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
    let asked = isolation::canonical(write.property("managedNetwork"));
    let mut own = isolation::settled(&asked, write.stored("managedNetwork"));
    identity::default(&mut own, json!({ "isolationMode": DISABLED }));
    if own["isolationMode"] != json!(DISABLED) {
        let defaults = json!({
            "managedNetworkKind": "V1",
            "firewallSku": "Standard",
            "enableNetworkMonitor": false,
            "status": { "status": "Inactive", "sparkReady": false },
        });
        identity::default(&mut own, defaults);
    }
    let network = Network { parent: write.id.clone(), mode: String::new(), stands: false };
    outbound_rule::put_all(world, &network, &asked["outboundRules"]);
    next["properties"]["managedNetwork"] = own;
}

/// Completes a write. The network is provisioned now if the workspace says so, otherwise with the
/// first provisioning.
pub(super) fn complete(world: &mut World, id: &ResourceId) {
    let found = world.store.get(&id.to_string());
    let now = found.is_some_and(|it| it.body["properties"]["provisionNetworkNow"] == json!(true));
    if now {
        return provision(world, id, &json!({}));
    }
    required_rules::settle(world, id);
}

/// Refuses to provision a network that does not exist (a guess).
pub(super) fn check_provision(world: &World, hub: &Resource) -> Result<(), ArmError> {
    let network = Network::at(world, &hub.id).filter(|network| network.mode != DISABLED);
    let none = || isolation::refused("The workspace has no managed network to provision.");
    network.ok_or_else(none)?.is_free(world, &hub.id)
}

/// Sets the network to provisioned.
pub(super) fn provision(world: &mut World, id: &ResourceId, body: &Value) {
    if let Some(found) = world.store.get_mut(&id.to_string()) {
        let own = &mut found.body["properties"]["managedNetwork"];
        if own["isolationMode"] != json!(DISABLED) {
            let ready = own["status"]["sparkReady"] == json!(true);
            let spark = ready || body["includeSpark"] == json!(true);
            own["status"] = json!({ "status": "Active", "sparkReady": spark });
        }
    }
    required_rules::settle(world, id);
}

/// Shows the network of a workspace. A project shows its hub's network.
pub(super) fn render(world: &World, shown: &mut Value) {
    let hub = shown["properties"]["hubResourceId"].as_str().map(str::to_owned);
    let id = hub.or_else(|| shown["id"].as_str().map(str::to_owned)).unwrap_or_default();
    let Some(found) = world.store.get(&id) else { return };
    let is_own = same(found.full_id(), shown["id"].as_str().unwrap_or_default());
    let stored = if is_own { &shown["properties"] } else { &found.body["properties"] };
    let mut own = stored["managedNetwork"].clone();
    if !own.is_object() {
        return;
    }
    let mode = own["isolationMode"].as_str().unwrap_or(DISABLED).to_owned();
    own["changeableIsolationModes"] = json!(isolation::next_modes(&mode));
    if mode != DISABLED {
        let guid = fixed_guid(&format!("managed network of {}", found.id.key()));
        own["networkId"] = json!(guid.to_string());
        own["outboundRules"] = outbound_rule::all_shown(world, &found.id);
    }
    if isolation::stands(&own)
        && Network::at(world, &found.id).is_some_and(|network| network.has_firewall(world))
    {
        own["firewallPublicIpAddress"] = json!("203.0.113.20");
    }
    shown["properties"]["managedNetwork"] = own;
}
