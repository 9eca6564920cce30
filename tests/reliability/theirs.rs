//! Objects of another client, which stay as they are whatever happens to ours.

use crate::cases::{self, Case};
use crate::cloud::Cloud;
use emulator::{FaultKind, Request};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Objects by ID in lower case.
pub(crate) type World = BTreeMap<String, Json>;

/// Returns the differences between two worlds, one line for each ID.
pub(crate) fn differences(before: &World, now: &World) -> Vec<String> {
    let ids: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let shown = |it: Option<&Json>| it.map_or("absent".to_owned(), Json::to_string);
    let other = ids.into_iter().filter(|id| before.get(*id) != now.get(*id));
    other.map(|id| format!("{id} {} -> {}", shown(before.get(id)), shown(now.get(id)))).collect()
}

/// A write of another client into an object.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) kind: FaultKind,
    /// `true` if no configuration of ours sets what the write sets, so that it must stay.
    pub(crate) stays: bool,
}

impl Deed {
    /// Returns the ID of the object.
    pub(crate) fn id(&self) -> &str {
        match &self.kind {
            FaultKind::Change { id, .. } | FaultKind::Add { id, .. } => id,
            other => panic!("{other:?} is no deed"),
        }
    }

    /// Writes now, if the object exists.
    pub(crate) fn is_done(&self, cloud: &Cloud) {
        let Some(mut body) = cloud.get(self.id()) else { return };
        match &self.kind {
            FaultKind::Change { id, change } => cloud.patch(id, change),
            FaultKind::Add { id, list, .. } => {
                self.write(&mut body);
                let whole = body.pointer(list).cloned().unwrap_or_default();
                let names = list.split('/').skip(1).collect::<Vec<_>>();
                let wrap = |inner, name: &str| json!({ name: inner });
                cloud.patch(id, &names.into_iter().rev().fold(whole, wrap));
            }
            other => panic!("{other:?} is no deed"),
        }
    }

    /// Returns `true` if the write happened beside one of these requests.
    pub(crate) fn is_in(&self, requests: &[Request]) -> bool {
        is_in(&self.kind, requests)
    }

    /// Returns `true` if the object still has what was written.
    pub(crate) fn is_seen(&self, body: &Json) -> bool {
        let mut again = body.clone();
        self.write(&mut again);
        again == *body
    }

    fn write(&self, body: &mut Json) {
        match &self.kind {
            FaultKind::Change { change, .. } => merge(body, change),
            FaultKind::Add { list, entry, .. } => add(body, list, entry),
            other => panic!("{other:?} is no deed"),
        }
    }
}

/// Returns `true` if the other client did this beside one of these requests.
pub(crate) fn is_in(kind: &FaultKind, requests: &[Request]) -> bool {
    let words = format!("{kind:?}");
    requests.iter().any(|it| it.fault.as_ref().is_some_and(|fault| fault.contains(&words)))
}

/// Merges by RFC 7396, without removals.
fn merge(target: &mut Json, change: &Json) {
    let Json::Object(change) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in change {
        merge(&mut target[name], value);
    }
}

/// Adds an entry to a list unless the list has an entry that contains it.
fn add(body: &mut Json, list: &str, entry: &Json) {
    let names = list.split('/').skip(1);
    let list = names.fold(body, |at, name| &mut at[name]);
    if !list.is_array() {
        *list = json!([]);
    }
    let has = |there: &Json| {
        let mut merged = there.clone();
        merge(&mut merged, entry);
        merged == *there
    };
    if let Json::Array(entries) = list
        && !entries.iter().any(has)
    {
        entries.push(entry.clone());
    }
}

/// Returns a write of a tag that the provider ignores.
fn tag(id: &str, name: &str) -> Deed {
    change(id, json!({ "tags": { format!("hidden-{name}"): "theirs" } }))
}

fn change(id: &str, change: Json) -> Deed {
    Deed { kind: FaultKind::Change { id: id.to_owned(), change }, stays: true }
}

/// Returns a write to something that a configuration of ours sets as well.
fn disturb(id: &str, change: Json) -> Deed {
    Deed { kind: FaultKind::Change { id: id.to_owned(), change }, stays: false }
}

fn into(id: &str, list: &str, entry: Json) -> Deed {
    let (id, list) = (id.to_owned(), list.to_owned());
    Deed { kind: FaultKind::Add { id, list, entry }, stays: true }
}

const GROUPS: &str = "/properties/applicationSecurityGroups";

/// Creates the objects that the other client's writes refer to.
pub(crate) fn make_ready(cloud: &Cloud) {
    for name in ["theirs-1", "theirs-2"] {
        let id = format!("Microsoft.Network/applicationSecurityGroups/{name}");
        cloud.put(&id, &json!({ "location": "eastus", "properties": {} }));
    }
}

/// Returns the write by which the other client holds what a case needs, if only one client can hold
/// it.
pub(crate) fn claim(case: &Case, cloud: &Cloud) -> Option<Deed> {
    let group = cloud.id("Microsoft.Network/applicationSecurityGroups/asg-ai");
    let endpoint = cloud.id("Microsoft.Network/privateEndpoints/pe");
    let is_one = case.resource.ends_with("_application_security_group_association");
    is_one.then(|| into(&endpoint, GROUPS, json!({ "id": group })))
}

/// Returns two writes to the object that a case writes, one after the other. `id` is the ID of the
/// object or of its parent.
pub(crate) fn deeds(case: &Case, cloud: &Cloud, id: &str) -> [Deed; 2] {
    let names = ["theirs-1", "theirs-2"];
    let at = |path: &str| cloud.id(path);
    let endpoint = at("Microsoft.Network/privateEndpoints/pe");
    let group = |name: &str| {
        let id = at(&format!("Microsoft.Network/applicationSecurityGroups/{name}"));
        into(&endpoint, GROUPS, json!({ "id": id }))
    };
    let subnet = at("Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe");
    let workspace = at("Microsoft.MachineLearningServices/workspaces/airef-hub");
    let storage = at("Microsoft.Storage/storageAccounts/airefstorage");
    match (&*case.resource, case.variant) {
        (name, _) if cases::is_record(name) => names
            .map(|name| disturb(id, json!({ "properties": { "metadata": { name: "theirs" } } }))),
        ("azureai_private_endpoint", _)
        | ("azureai_private_endpoint_application_security_group_association", _) => {
            names.map(group)
        }
        ("azureai_private_dns_zone_group", _) => [tag(&endpoint, names[0]), group(names[1])],
        ("azureai_private_endpoint_connection_approval", _) => {
            let said = json!({ "properties": {
                "privateLinkServiceConnectionState": { "description": "Theirs." },
            } });
            [disturb(id, said), tag(&at("Microsoft.KeyVault/vaults/airefkv"), names[1])]
        }
        ("azureai_public_network_access", "") => {
            let said = json!({ "properties": { "description": "Theirs." } });
            [tag(&workspace, names[0]), change(&workspace, said)]
        }
        ("azureai_public_network_access", _) => {
            let rule = json!({ "value": "203.0.113.9", "action": "Allow" });
            [tag(&storage, names[0]), into(&storage, "/properties/networkAcls/ipRules", rule)]
        }
        ("azureai_subnet_private_endpoint_policy", _) => {
            let service = json!({ "service": "Microsoft.Storage" });
            let outbound = json!({ "properties": { "defaultOutboundAccess": false } });
            [into(&subnet, "/properties/serviceEndpoints", service), change(&subnet, outbound)]
        }
        // These types have no tags.
        ("azureai_managed_network", "") => {
            let own = |it: Json| change(id, json!({ "properties": { "managedNetwork": it } }));
            let kind = json!({ "managedNetworkKind": "V1" });
            [own(json!({ "enableNetworkMonitor": true })), own(kind)]
        }
        ("azureai_foundry_connection", _) => {
            let until = json!({ "properties": { "expiryTime": "2030-01-01T00:00:00Z" } });
            [change(id, until), into(id, "/properties/sharedUserList", json!("theirs"))]
        }
        ("azureai_managed_network_outbound_rule", _) => names.map(|name| {
            let other = format!("{name}.example");
            disturb(id, json!({ "properties": { "destination": other } }))
        }),
        ("azureai_search_shared_private_link", _) => {
            names.map(|name| disturb(id, json!({ "properties": { "requestMessage": name } })))
        }
        ("azureai_workspace", _) => ["v1LegacyMode", "allowPublicAccessWhenBehindVnet"]
            .map(|name| change(id, json!({ "properties": { name: true } }))),
        _ => names.map(|name| tag(id, name)),
    }
}

/// Returns the object with a property of another client.
pub(crate) fn marked(body: &Json, other_zone: &str) -> Json {
    let mut body = body.clone();
    let properties = &mut body["properties"];
    let configs = properties.get_mut("privateDnsZoneConfigs");
    if let Some(configs) = configs.and_then(Json::as_array_mut) {
        let inner = json!({ "privateDnsZoneId": other_zone });
        configs.push(json!({ "name": "theirs", "properties": inner }));
    } else if properties["ttl"].is_number() || properties["metadata"].is_object() {
        properties["metadata"]["owner"] = json!("them");
    } else if properties["destination"].is_string() {
        properties["destination"] = json!("them.example");
    } else if properties["privateLinkResourceId"].is_string() {
        properties["requestMessage"] = json!("Theirs.");
    } else if properties["enablePublicHostingEnvironment"].is_boolean() {
        properties["enablePublicHostingEnvironment"] = json!(false);
    } else if properties["managedNetwork"]["firewallSku"].is_string() {
        properties["managedNetwork"]["firewallSku"] = json!("Basic");
    } else {
        body["tags"] = json!({ "owner": "them" });
    }
    body
}
