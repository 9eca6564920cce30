//! Lists the emulator's resources for the terminal, and compares two lists.

use std::collections::BTreeMap;

use serde_json::Value;

/// Suffix of the type of Cosmos DB's role assignments.
const DATA_ROLES: &str = "/sqlRoleAssignments";

/// Resources of a dump, by ID in lower case.
#[derive(Debug)]
pub(crate) struct Inventory {
    resources: BTreeMap<String, Value>,
}

impl Inventory {
    /// Reads a dump, without the assignments of Cosmos DB's own roles. A policy of the emulator
    /// creates those, and what a policy has deployed stays in Azure after the cause is deleted.
    pub(crate) fn new(dump: &Value) -> Self {
        let mut resources = BTreeMap::new();
        for resource in dump["resources"].as_array().into_iter().flatten() {
            let of_policy = resource["type"].as_str().is_some_and(|it| it.ends_with(DATA_ROLES));
            if let Some(id) = resource["id"].as_str().filter(|_| !of_policy) {
                resources.insert(id.to_ascii_lowercase(), resource.clone());
            }
        }
        Self { resources }
    }

    /// Describes the resources that were created or changed since another inventory, one row each.
    pub(crate) fn rows(&self, before: &Self) -> Vec<[String; 2]> {
        let mut rows = Vec::new();
        let mut add = |kind: &str, what: &str, text: fn(&Value) -> String| {
            // A project has the access of its hub, and its own flag has no effect.
            for resource in self.of_kind(kind).filter(|found| found["kind"] != "Project") {
                let former = before.resources.get(&id(resource));
                if former.is_none_or(|former| lasting(former) != lasting(resource)) {
                    rows.push([what.to_owned(), text(resource)]);
                }
            }
        };
        add("Microsoft.CognitiveServices/accounts", "account", account);
        add("Microsoft.CognitiveServices/accounts/projects", "project", name);
        add("Microsoft.CognitiveServices/accounts/projects/connections", "connection", connection);
        add("Microsoft.CognitiveServices/accounts/capabilityHosts", "capability host", host);
        add(
            "Microsoft.CognitiveServices/accounts/projects/capabilityHosts",
            "capability host",
            host,
        );
        add("Microsoft.Network/privateEndpoints", "endpoint", endpoint);
        add("Microsoft.Network/networkInterfaces", "addresses", addresses);
        add("Microsoft.Network/privateDnsZones", "zone", name);
        add("Microsoft.Network/privateDnsZones/virtualNetworkLinks", "link", link);
        add("Microsoft.Network/privateDnsZones/A", "record", record);
        for kind in [
            "Microsoft.MachineLearningServices/workspaces",
            "Microsoft.DocumentDB/databaseAccounts",
            "Microsoft.Search/searchServices",
            "Microsoft.Storage/storageAccounts",
        ] {
            add(kind, "public access", access);
        }
        rows
    }

    /// Describes the resources that were created, deleted or changed since another inventory.
    pub(crate) fn difference(&self, before: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (id, resource) in &self.resources {
            match before.resources.get(id) {
                None => lines.push(format!("not deleted: {id}")),
                Some(former) if lasting(former) != lasting(resource) => {
                    lines.push(format!("changed:     {id}"));
                }
                Some(_) => {}
            }
        }
        for id in before.resources.keys().filter(|id| !self.resources.contains_key(*id)) {
            lines.push(format!("missing:     {id}"));
        }
        lines
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let is_kind = move |resource: &&Value| {
            resource["type"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(kind))
        };
        self.resources.values().filter(is_kind)
    }
}

/// Returns a resource without the properties that every write changes.
fn lasting(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Some(fields) = resource.as_object_mut() {
        fields.remove("etag");
        fields.remove("systemData");
    }
    // Search has its ETag among its properties.
    if let Some(fields) = resource["properties"].as_object_mut() {
        fields.remove("eTag");
    }
    resource
}

/// Returns the resource's ID in lower case.
fn id(resource: &Value) -> String {
    text(&resource["id"]).to_ascii_lowercase()
}

fn account(resource: &Value) -> String {
    match last(&resource["properties"]["networkInjections"][0]["subnetArmId"]) {
        "" => access(resource),
        subnet => format!("{}, agents in {subnet}", access(resource)),
    }
}

fn connection(resource: &Value) -> String {
    format!("{} to {}", name(resource), last(&resource["properties"]["metadata"]["ResourceId"]))
}

fn host(resource: &Value) -> String {
    format!("{} ({})", name(resource), text(&resource["properties"]["provisioningState"]))
}

fn name(resource: &Value) -> String {
    text(&resource["name"]).to_owned()
}

fn endpoint(resource: &Value) -> String {
    let properties = &resource["properties"];
    let connection = &properties["privateLinkServiceConnections"][0]["properties"];
    let state = text(&connection["privateLinkServiceConnectionState"]["status"]);
    let target = last(&connection["privateLinkServiceId"]);
    format!("{} to {target} ({state})", name(resource))
}

fn addresses(resource: &Value) -> String {
    let list = resource["properties"]["ipConfigurations"].as_array().into_iter().flatten();
    let list: Vec<&str> =
        list.map(|config| text(&config["properties"]["privateIPAddress"])).collect();
    list.join(", ")
}

fn link(resource: &Value) -> String {
    let properties = &resource["properties"];
    let zone = text(&resource["id"]).split('/').nth_back(2).unwrap_or_default();
    format!("{zone} to {}", last(&properties["virtualNetwork"]["id"]))
}

fn record(resource: &Value) -> String {
    let list = resource["properties"]["aRecords"].as_array().into_iter().flatten();
    let list: Vec<&str> = list.map(|record| text(&record["ipv4Address"])).collect();
    let name = text(&resource["properties"]["fqdn"]).trim_end_matches('.');
    format!("{name} = {}", list.join(", "))
}

fn access(resource: &Value) -> String {
    let value = text(&resource["properties"]["publicNetworkAccess"]);
    format!("{}: {value}", name(resource))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns the last segment of a resource ID.
fn last(id: &Value) -> &str {
    text(id).rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn world(access: &str, etag: &str) -> Inventory {
        Inventory::new(&json!({"resources": [{
            "id": "/subscriptions/s/providers/Microsoft.MachineLearningServices/workspaces/Hub",
            "name": "Hub",
            "type": "Microsoft.MachineLearningServices/workspaces",
            "etag": etag,
            "properties": {"publicNetworkAccess": access},
        }]}))
    }

    #[test]
    fn difference_ignores_etags_and_reports_flags() {
        let before = world("Enabled", "1");
        assert!(world("Enabled", "2").difference(&before).is_empty());
        assert_eq!(world("Disabled", "1").difference(&before).len(), 1);
    }

    #[test]
    fn difference_tells_remaining_from_missing_resources() {
        let nothing = Inventory::new(&json!({}));
        let one = world("Enabled", "1");
        assert!(one.difference(&nothing)[0].starts_with("not deleted"));
        assert!(nothing.difference(&one)[0].starts_with("missing"));
    }

    #[test]
    fn rows_report_a_changed_flag() {
        let before = world("Enabled", "1");
        assert!(world("Enabled", "2").rows(&before).is_empty());
        let [what, text] = &world("Disabled", "1").rows(&before)[0];
        assert_eq!((what.as_str(), text.as_str()), ("public access", "Hub: Disabled"));
    }
}
