//! Outbound rules that the service adds to a managed network, and that clients cannot write or
//! delete.

use serde_json::{Value, json};

use super::isolation::{APPROVED, DISABLED, Network};
use super::outbound_rule::{Place, establish};
use super::rule_body::ENDPOINT;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, region};
use crate::world::World;
use crate::world::store::Resource;

/// Tag, protocol and ports of the rules of a hub (reported). `{region}` is the hub's region.
const HUB_TAGS: [(&str, &str, &str); 9] = [
    ("AzureActiveDirectory", "TCP", "80, 443"),
    ("AzureMachineLearning", "TCP", "443"),
    ("AzureMachineLearning", "UDP", "5831"),
    ("BatchNodeManagement", "TCP", "443"),
    ("AzureResourceManager", "TCP", "443"),
    ("MicrosoftContainerRegistry.{region}", "TCP", "443"),
    ("AzureFrontDoor.FirstParty", "*", "*"),
    ("AzureMonitor", "TCP", "443"),
    ("VirtualNetwork", "*", "*"),
];

/// Tag, protocol and ports of the rule of an account (recorded by the Azure CLI's tests).
const ACCOUNT_TAG: (&str, &str, &str) = ("AzureActiveDirectory", "TCP", "80, 443");

fn tag((tag, protocol, ports): (&str, &str, &str), region: &str) -> (String, Value) {
    let tag = tag.replace("{region}", region);
    let end = if protocol == "*" { String::new() } else { format!("_{protocol}") };
    let rule = json!({
        "type": "ServiceTag",
        "category": "Required",
        "destination": { "serviceTag": tag, "protocol": protocol, "portRanges": ports },
    });
    (format!("__SYS_ST_{tag}{end}"), rule)
}

/// Returns the rule for a private endpoint. The digits in its name depend on the target, not on the
/// sub-resource (reported).
fn endpoint(target: &str, group: &str, more: Value) -> (String, Value) {
    let name = target.rsplit('/').next().unwrap_or_default();
    let digits = fixed_guid(&format!("endpoints of {}", target.to_ascii_lowercase()));
    let digits: String = digits.simple().to_string().chars().take(8).collect();
    let mut destination = json!({ "serviceResourceId": target, "subresourceTarget": group });
    if let (Some(map), Value::Object(more)) = (destination.as_object_mut(), more) {
        map.extend(more);
    }
    let rule = json!({ "type": ENDPOINT, "category": "Required", "destination": destination });
    (format!("__SYS_PE_{name}_{group}_{digits}"), rule)
}

fn of_account(account: &Resource) -> Vec<(String, Value)> {
    let named = !account.text("customSubDomainName").is_empty();
    let own = named.then(|| endpoint(account.full_id(), "account", json!({})));
    [tag(ACCOUNT_TAG, "")].into_iter().chain(own).collect()
}

/// Returns the rules of a hub. If the network allows the internet, only default resources that are
/// not public have rules (documented).
fn of_hub(world: &World, hub: &Resource, mode: &str) -> Vec<(String, Value)> {
    let spark = |enabled: bool| json!({ "sparkEnabled": enabled });
    let targets = [
        ("keyVault", "vault", false),
        ("storageAccount", "blob", true),
        ("storageAccount", "file", true),
        ("containerRegistry", "registry", false),
    ];
    let defaults = targets.into_iter().filter_map(|(name, group, enabled)| {
        let target = world.store.get(hub.text(name))?;
        let closed = target.text("publicNetworkAccess").eq_ignore_ascii_case(DISABLED);
        let needed = mode == APPROVED || closed;
        needed.then(|| endpoint(target.full_id(), group, spark(enabled)))
    });
    if mode != APPROVED {
        return defaults.collect();
    }
    let at = region(hub.body["location"].as_str().unwrap_or_default());
    let own = endpoint(hub.full_id(), "amlworkspace", spark(true));
    let tags = HUB_TAGS.iter().map(|row| tag(*row, &at));
    defaults.chain([own]).chain(tags).collect()
}

/// Creates the required rules of a network, and updates all its rules to the state of the network.
pub(super) fn settle(world: &mut World, parent: &ResourceId) {
    let Some(network) = Network::at(world, parent) else { return };
    let Some(owner) = network.owner(world) else { return };
    let rules = match (&*network.mode, network.is_of_hub()) {
        (DISABLED, _) => Vec::new(),
        (mode, true) => of_hub(world, owner, mode),
        (APPROVED, false) => of_account(owner),
        _ => Vec::new(),
    };
    for (name, rule) in rules {
        Place { network: &network, mode: &network.mode, name: &name }.put(world, &rule);
    }
    let running: Vec<String> = world.operations.running().map(ResourceId::key).collect();
    let all: Vec<ResourceId> = network.rules(world).map(|rule| rule.id.clone()).collect();
    for id in all.iter().filter(|id| !running.contains(&id.key())) {
        establish(world, id);
    }
}
