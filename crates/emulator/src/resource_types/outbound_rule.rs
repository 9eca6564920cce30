//! Outbound rules of managed networks, of Azure AI services accounts and of hubs.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::isolation::{DISABLED, INTERNET, Network, RULES, refused};
use super::rule_body::{
    self, ENDPOINT, NAMES, canonical, complete, is_as, is_own, is_required, rule_name,
};
use super::{identity, managed_endpoint, versions};
use crate::arm_error::ArmError;
use crate::resource_id::{ResourceId, same};
use crate::rules::assignments::Plane;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Location, Patch, Poll, Reply, Shown, TypeInfo};

/// Rules of one of the two kinds of network.
pub(crate) struct OutboundRule(TypeInfo);

const RULE: TypeInfo = TypeInfo {
    writable: &NAMES,
    read_only: &["provisioningState"],
    location: Location::None,
    tags: false,
    put: Reply::Both(Shown::Nothing),
    put_again: Reply::Both(Shown::Nothing),
    patch: Patch::None,
    delete: Delete::Both,
    retry_after: 0,
    any_case: true,
    valid_name: rule_name,
    ..PLAIN
};

/// Rules of the managed networks of accounts.
pub(crate) static OF_ACCOUNT: OutboundRule = OutboundRule(TypeInfo {
    name: "Microsoft.CognitiveServices/accounts/managedNetworks/outboundRules",
    versions: versions::COGNITIVE,
    since: versions::NETWORKS_SINCE,
    poll: Poll::ManagedNetwork,
    nameless: true,
    ..RULE
});

/// Rules of the managed networks of workspaces.
pub(crate) static OF_WORKSPACE: OutboundRule = OutboundRule(TypeInfo {
    name: "Microsoft.MachineLearningServices/workspaces/outboundRules",
    versions: versions::MACHINE_LEARNING,
    since: "2023-04-01-preview",
    poll: Poll::Workspace,
    ..RULE
});

/// Returns the type of a network's rules.
fn of(network: &Network) -> &'static OutboundRule {
    if network.is_of_hub() { &OF_WORKSPACE } else { &OF_ACCOUNT }
}

/// Place of a requested rule: its network, with the mode after the write, and its name.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) network: &'a Network,
    pub(super) mode: &'a str,
    pub(super) name: &'a str,
}

impl Place<'_> {
    /// Refuses a rule that its network does not accept.
    pub(super) fn check(&self, world: &World, rule: &Value) -> Result<(), ArmError> {
        let id = self.network.parent.child(RULES, self.name);
        let there = world.store.get(&id.to_string());
        let kind = of(self.network);
        if is_own(self.name) {
            return match there {
                Some(there) if is_as(rule, &there.body["properties"]) => Ok(()),
                _ => Err(is_required(self.name)),
            };
        }
        if there.is_none() && !rule_name(self.name) {
            return Err(refused(format!("The name {} of an outbound rule is invalid.", self.name)));
        }
        rule_body::check(kind.info(), rule, self.mode)?;
        match rule["type"] == json!(ENDPOINT) {
            true => self.check_target(world, &rule["destination"]),
            false => Ok(()),
        }
    }

    /// Refuses a target that does not exist or does not have the sub-resource (a guess). A hub also
    /// requires the caller's right to approve (recorded by the Azure SDK's tests).
    fn check_target(&self, world: &World, destination: &Value) -> Result<(), ArmError> {
        let text = |name: &str| destination[name].as_str().unwrap_or_default();
        let (target, group) = (text("serviceResourceId"), text("subresourceTarget"));
        if self.network.is_of_hub() && !world.rules.access.allows(&approval_of(target), target) {
            let text = format!(
                "User does not have permission to approve private link connections to resource: \
                 {target}"
            );
            return Err(refused(text).long());
        }
        let Some(found) = world.store.get(target) else {
            return Err(refused(format!("The target resource {target} was not found.")));
        };
        let groups = world.link_groups(found);
        if groups.iter().any(|known| same(&known.id, group)) {
            return Ok(());
        }
        let known: Vec<&str> = groups.iter().map(|known| &*known.id).collect();
        let text = format!(
            "The subresourceTarget '{group}' of {target} is not supported. Supported are: {}.",
            known.join(", ")
        );
        Err(refused(text))
    }

    /// Stores a checked rule, unless it equals the current one.
    pub(super) fn put(&self, world: &mut World, rule: &Value) {
        let id = self.network.parent.child(RULES, self.name);
        if let Some(there) = world.store.get(&id.to_string()) {
            if is_as(rule, &there.body["properties"]) {
                return;
            }
            managed_endpoint::remove(world, &id);
        }
        let kind = of(self.network);
        let mut body = json!({
            "id": id.to_string(),
            "name": self.name,
            "type": kind.0.name,
            "properties": rule,
        });
        complete(&mut body, self.network.is_of_hub());
        body["properties"]["provisioningState"] = json!(kind.0.states.creating);
        identity::stamp(world, &mut body);
        world.put(&id, body);
    }
}

/// Returns the action that approves connections at a target. For three types, the recorded role of
/// approvers does not have the usual one.
fn approval_of(target: &str) -> String {
    let kind = ResourceId::parse(target).map(|id| id.resource_type()).unwrap_or_default();
    let namespace = kind.split('/').next().unwrap_or_default();
    let without = ["Microsoft.CognitiveServices", "Microsoft.ApiManagement", "Microsoft.Network"];
    match without.iter().any(|own| same(own, namespace)) {
        true => format!("{kind}/privateEndpointConnections/write"),
        false => format!("{kind}/privateEndpointConnectionsApproval/action"),
    }
}

/// Returns the time from which the identity of a rule's network may approve its connection, or
/// `None` for never. A hub's default resources and the owner itself need no role.
fn approves_from(world: &World, rule: &Resource) -> Option<f64> {
    let target = rule.body["properties"]["destination"]["serviceResourceId"].as_str()?;
    let network = Network::of_rule(world, &rule.id)?;
    let owner = network.owner(world)?;
    let defaults = ["storageAccount", "keyVault", "containerRegistry"];
    let is_default = network.is_of_hub() && defaults.iter().any(|it| same(owner.text(it), target));
    if is_default || same(owner.full_id(), target) {
        return Some(0.0);
    }
    let principals = identity::principals(&owner.body);
    world.rules.roles.allows_from(&principals, (Plane::Management, &approval_of(target)), target)
}

/// Creates the connection of a rule whose network exists.
pub(super) fn establish(world: &mut World, id: &ResourceId) {
    let Some(rule) = world.store.get_mut(&id.to_string()) else { return };
    rule.body["properties"]["provisioningState"] = json!(RULE.states.done);
    let rule = rule.clone();
    let stands = Network::of_rule(world, id).is_some_and(|network| network.stands);
    if !stands || rule.text("type") != ENDPOINT {
        return;
    }
    let now = world.clock.now();
    let approved = approves_from(world, &rule).is_some_and(|from| from <= now);
    let to = &rule.body["properties"]["destination"];
    let text = |name: &str| to[name].as_str().unwrap_or_default();
    let target = (text("serviceResourceId"), text("subresourceTarget"));
    let message = format!("Managed network of {}", id.root());
    managed_endpoint::connect(world, id, target, &message, approved);
}

/// Returns the status of a rule, and the reason of a failure.
pub(super) fn status(world: &World, rule: &Resource) -> (&'static str, Option<&'static str>) {
    let network = Network::of_rule(world, &rule.id);
    match rule.text("provisioningState") {
        "Deleting" => return ("Deleting", None),
        "Failed" => return ("Failed", Some("The operation of the outbound rule failed.")),
        _ if !network.is_some_and(|network| network.stands) => return ("Inactive", None),
        "Creating" | "Updating" => return ("Provisioning", None),
        _ if rule.text("type") != ENDPOINT => return ("Active", None),
        _ => {}
    }
    let target = rule.body["properties"]["destination"]["serviceResourceId"].as_str();
    match managed_endpoint::status(world, &rule.id, target.unwrap_or_default()) {
        Some("Approved") => ("Active", None),
        Some("Pending") => ("Provisioning", None),
        Some(_) => ("Failed", Some("The private endpoint connection was rejected by its owner.")),
        None => ("Failed", Some("The private endpoint connection was removed by its owner.")),
    }
}

/// Refuses a body with an invalid rule.
pub(super) fn check_all(
    world: &World,
    network: &Network,
    mode: &str,
    rules: &Value,
) -> Result<(), ArmError> {
    let named = rules.as_object().into_iter().flatten().filter(|(_, rule)| !rule.is_null());
    for (name, rule) in named {
        Place { network, mode, name }.check(world, &canonical(rule))?;
    }
    Ok(())
}

/// Stores the checked rules of a body. A null rule is removed, and omitted rules stay (a guess).
pub(super) fn put_all(world: &mut World, network: &Network, rules: &Value) {
    for (name, rule) in rules.as_object().into_iter().flatten() {
        let place = Place { network, mode: "", name };
        match rule.is_null() {
            true if is_own(name) => {}
            true => world.remove(&network.parent.child(RULES, name).to_string()),
            false => place.put(world, &canonical(rule)),
        }
    }
}

/// Returns a rule in ARM's form.
pub(super) fn shown(world: &World, rule: &Resource) -> Value {
    let mut shown = rule.body["properties"].clone();
    let (status, why) = status(world, rule);
    if let Some(map) = shown.as_object_mut() {
        // The rule of an account does not show these properties (recorded by the Azure CLI's
        // tests).
        let hidden = ["provisioningState", "fqdns", "errorInformation"];
        let hub = rule.id.is_type(OF_WORKSPACE.0.name);
        map.retain(|name, _| !hidden.contains(&name.as_str()) || (hub && name == "fqdns"));
        map.insert("status".to_owned(), json!(status));
        map.extend(why.map(|why| ("errorInformation".to_owned(), json!(why))));
    }
    if status == "Active" && shown["destination"]["sparkEnabled"] == json!(true) {
        shown["destination"]["sparkStatus"] = json!("Active");
    }
    shown
}

/// Returns all rules of a network, by name.
pub(super) fn all_shown(world: &World, network: &ResourceId) -> Value {
    let rules = world.store.children(&network.to_string(), RULES);
    rules.map(|rule| (rule.id.name().to_owned(), shown(world, rule))).collect()
}

impl ResourceType for OutboundRule {
    fn info(&self) -> &TypeInfo {
        &self.0
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let Some(network) = Network::of_rule(world, write.id) else { return Ok(()) };
        network.is_free(world, write.id)?;
        let place = Place { network: &network, mode: &network.mode, name: write.id.name() };
        if is_own(write.id.name()) {
            return Err(is_required(write.id.name()));
        }
        place.check(world, &canonical(&write.body["properties"]))
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let mut rule = canonical(&write.body["properties"]);
        if !write.before.is_some_and(|before| is_as(&rule, &before["properties"])) {
            managed_endpoint::remove(world, write.id);
        }
        rule["provisioningState"] = next["properties"]["provisioningState"].clone();
        next["properties"] = rule;
        complete(next, self.0.name == OF_WORKSPACE.0.name);
        identity::stamp(world, next);
    }

    fn is_held_up(&self, world: &World, id: &ResourceId, age: f64) -> bool {
        let Some(rule) = world.store.get(&id.to_string()) else { return false };
        let stands = Network::of_rule(world, id).is_some_and(|network| network.stands);
        let now = world.clock.now();
        let late = |from: f64| from > now && from.is_finite();
        let waits = rule.text("type") == ENDPOINT && approves_from(world, rule).is_some_and(late);
        stands && rule.text("type") != "ServiceTag" && (age < world.options.rule_seconds || waits)
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        establish(world, id);
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        if is_own(resource.id.name()) {
            return Err(is_required(resource.id.name()));
        }
        let network = Network::of_rule(world, &resource.id);
        network.map_or(Ok(()), |network| network.is_free(world, &resource.id))
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        managed_endpoint::remove(world, &resource.id);
    }

    fn render(&self, world: &World, body: &mut Value, _version: &str) {
        let id = body["id"].as_str().unwrap_or_default();
        if let Some(rule) =
            world.store.get(id).map(|rule| Resource::new(rule.id.clone(), body.clone()))
        {
            body["properties"] = shown(world, &rule);
        }
    }
}

/// Returns `true` if a network blocks access to a resource: no active rule leads to it, and it
/// needs one. It is a guess that a public resource needs no rule if the network allows the
/// internet.
pub(super) fn cuts_off(world: &World, network: &Network, target: &str) -> bool {
    let leads = |rule: &Resource| {
        let to = &rule.body["properties"]["destination"]["serviceResourceId"];
        to.as_str().is_some_and(|to| same(to, target)) && status(world, rule).0 == "Active"
    };
    let found = world.store.get(target);
    let public = found.is_none_or(|it| !same(it.text("publicNetworkAccess"), DISABLED));
    match &*network.mode {
        DISABLED => false,
        INTERNET if public => false,
        _ => !network.rules(world).any(leads),
    }
}
