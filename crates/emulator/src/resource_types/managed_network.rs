//! Microsoft.CognitiveServices/accounts/managedNetworks: the network in which an account's agents
//! run if Microsoft manages it. As recorded by the Azure CLI's tests, unless a comment says
//! otherwise.

use serde_json::{Value, json};
use uuid::Uuid;

use super::common::PLAIN;
use super::isolation::{self, DISABLED, INTERNET, Network, refused};
use super::{agent_subnet, identity, outbound_rule, required_rules, versions};
use crate::arm_error::ArmError;
use crate::resource_id::ResourceId;
use crate::world::World;
use crate::world::resource_type::{Action, ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Location, Patch, Poll, Reply, Shown, States, TypeInfo};

/// Type of managed networks.
pub(crate) struct ManagedNetwork;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.CognitiveServices/accounts/managedNetworks",
    versions: versions::COGNITIVE,
    since: versions::NETWORKS_SINCE,
    delete_since: "2026-01-15-preview",
    writable: &["managedNetwork"],
    read_only: &["provisioningState"],
    location: Location::None,
    tags: false,
    put: Reply::Both(Shown::Nothing),
    put_again: Reply::Both(Shown::Nothing),
    patch: Patch::Merge(Reply::Both(Shown::Nothing)),
    delete: Delete::Both,
    poll: Poll::ManagedNetwork,
    retry_after: 0,
    states: States { creating: "Updating", updating: "Updating", done: "Succeeded" },
    nameless: true,
    any_case: true,
    valid_name: |name| name == "default",
    ..PLAIN
};

const PROVISION: &str = "provisionmanagednetwork";
const BATCH: &str = "batchoutboundrules";

/// Refuses an invalid network, or invalid rules of it.
fn check(world: &World, id: &ResourceId, asked: &Value, stored: &Value) -> Result<(), ArmError> {
    let asked = isolation::canonical(asked);
    let at = Network::at(world, id);
    let fixed = at.as_ref().is_some_and(|network| network.has_firewall(world));
    isolation::check(&asked, stored, fixed)?;
    let network =
        at.unwrap_or_else(|| Network { parent: id.clone(), mode: String::new(), stands: false });
    network.is_free(world, id)?;
    let mode = asked["isolationMode"].as_str().unwrap_or(&network.mode);
    outbound_rule::check_all(world, &network, mode, &asked["outboundRules"])
}

impl ResourceType for ManagedNetwork {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let account = write.id.parent().and_then(|id| world.store.get(&id.to_string()));
        // A guess: agents run in one network.
        if account.is_some_and(|account| agent_subnet::of_account(&account.body).is_some()) {
            let text = "The agents of the account already use a subnet.";
            return Err(refused(text));
        }
        check(world, write.id, write.property("managedNetwork"), write.stored("managedNetwork"))
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let asked = isolation::canonical(write.property("managedNetwork"));
        apply(world, write.id, &asked, write.stored("managedNetwork"), next);
        identity::stamp(world, next);
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        provision(world, id);
    }

    fn actions(&self) -> &'static [&'static str] {
        &[PROVISION, BATCH]
    }

    fn check_action(
        &self,
        world: &World,
        resource: &Resource,
        (name, body): Action<'_>,
    ) -> Result<(), ArmError> {
        if name == PROVISION {
            let network = Network::at(world, &resource.id);
            return network.map_or(Ok(()), |network| network.is_free(world, &resource.id));
        }
        check(
            world,
            &resource.id,
            &body["properties"],
            &resource.body["properties"]["managedNetwork"],
        )
    }

    fn on_acted(&self, world: &mut World, id: &ResourceId, (name, body): Action<'_>) {
        if name == BATCH
            && let Some(found) = world.store.get(&id.to_string())
        {
            let mut next = found.body.clone();
            let stored = next["properties"]["managedNetwork"].clone();
            apply(world, id, &isolation::canonical(&body["properties"]), &stored, &mut next);
            world.put(id, next);
        }
        provision(world, id);
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let network = Network::at(world, &resource.id);
        network.map_or(Ok(()), |network| network.is_free(world, &resource.id))
    }

    fn render(&self, world: &World, body: &mut Value, _version: &str) {
        let Some(id) = ResourceId::parse(body["id"].as_str().unwrap_or_default()) else { return };
        let account = world.store.get(&id.root().to_string());
        let guid = account.map(|it| it.text("internalId")).unwrap_or_default();
        let properties = &mut body["properties"];
        let state = properties["provisioningState"].clone();
        let rules = outbound_rule::all_shown(world, &id);
        let firewall = Network::at(world, &id).is_some_and(|network| network.has_firewall(world));
        let own = &mut properties["managedNetwork"];
        own["networkId"] = json!(Uuid::parse_str(guid).unwrap_or_default().to_string());
        own["outboundRules"] = rules;
        own["provisioningState"] = state;
        own["provisionNetworkNow"] = json!(true);
        own["enableFirewallLog"] = json!(false);
        own["changeableIsolationModes"] = json!([]);
        if firewall {
            own["firewallPublicIpAddress"] = json!("203.0.113.10");
        }
    }
}

/// Creates the network that the service creates by itself for an account whose agents use a managed
/// one (reported).
pub(super) fn make_own(world: &mut World, account: &ResourceId) {
    let found = world.store.get(&account.to_string());
    let injection = found.map(|found| &found.body["properties"]["networkInjections"][0]);
    let managed = injection.is_some_and(|it| it["useMicrosoftManagedNetwork"] == json!(true));
    let id = account.child("managedNetworks", "default");
    if !managed || world.store.get(&id.to_string()).is_some() {
        return;
    }
    let mut body = json!({
        "id": id.to_string(),
        "name": id.name(),
        "type": INFO.name,
        "properties": { "provisioningState": INFO.states.done },
    });
    apply(world, &id, &json!({ "isolationMode": INTERNET }), &Value::Null, &mut body);
    identity::stamp(world, &mut body);
    world.put(&id, body);
    provision(world, &id);
}

/// Writes the requested network into its body, and its rules beside it.
fn apply(world: &mut World, id: &ResourceId, asked: &Value, stored: &Value, next: &mut Value) {
    let mut own = isolation::settled(asked, stored);
    let defaults = json!({
        "managedNetworkKind": "V2",
        "firewallSku": "Standard",
        "enableNetworkMonitor": false,
        "status": { "status": "Inactive" },
    });
    identity::default(&mut own, defaults);
    let network = Network { parent: id.clone(), mode: String::new(), stands: false };
    outbound_rule::put_all(world, &network, &asked["outboundRules"]);
    next["properties"]["managedNetwork"] = own;
}

/// Sets the network to provisioned, which happens as soon as it is created.
fn provision(world: &mut World, id: &ResourceId) {
    if let Some(found) = world.store.get_mut(&id.to_string()) {
        let own = &mut found.body["properties"]["managedNetwork"];
        let status = if own["isolationMode"] == json!(DISABLED) { "Inactive" } else { "Active" };
        own["status"] = json!({ "status": status });
    }
    required_rules::settle(world, id);
}
