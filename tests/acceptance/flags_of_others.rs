//! Flags of types that need a special write: Cosmos DB, and the types whose flag only a `PUT` of
//! the whole resource can set.

use emulator::Emulator;
use serde_json::{Value, json};

use crate::cloud::without_noise;
use crate::world::World;

const FLAG: &str = "azureai_public_network_access.it";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts/cosmos-ai";
const INSIGHTS: &str = "Microsoft.Insights/components/appi-ai";
const SCOPE: &str = "Microsoft.Insights/privateLinkScopes/ampls";

fn flag(target: &str, value: &str, more: &str) -> String {
    format!(
        r#"
resource "azureai_public_network_access" "it" {{
  resource_id           = "${{local.group}}/providers/{target}"
  public_network_access = "{value}"
  {more}
}}
"#
    )
}

const UNGUARDED: &str = "guard {\n    mode = \"off\"\n  }";

fn put_cosmos(world: &World, properties: &Value) {
    let body = json!({
        "location": "eastus", "kind": "GlobalDocumentDB", "properties": properties,
    });
    world.cloud.put(COSMOS, &body);
}

/// Returns `network_acl_bypass_ids` with the IDs of these Synapse workspaces.
fn ids(names: &[&str]) -> String {
    let id =
        |name: &&str| format!("\"${{local.group}}/providers/Microsoft.Synapse/workspaces/{name}\"");
    let ids: Vec<String> = names.iter().map(id).collect();
    format!("network_acl_bypass_ids = [{}]", ids.join(", "))
}

#[test]
fn network_acl_bypass_ids_are_a_set_and_are_restored() {
    let world = World::new();
    let id = |name: &str| world.cloud.id(&format!("Microsoft.Synapse/workspaces/{name}"));
    let before = json!({
        "networkAclBypass": "None", "networkAclBypassResourceIds": [id("old")],
        "ipRules": [{"ipAddressOrRange": "203.0.113.7"}],
    });
    put_cosmos(&world, &before);
    let more = |names: &[&str]| format!("{}\n  on_destroy = \"restore\"", ids(names));
    world.config(&flag(COSMOS, "Enabled", &more(&["b", "a"])));
    world.apply().creates(1);
    let now = || world.cloud.get(COSMOS).unwrap()["properties"].clone();
    assert_eq!(now()["networkAclBypassResourceIds"], json!([id("a"), id("b")]));
    assert_eq!(now()["ipRules"], before["ipRules"], "what is not set stays");
    let previous = world.attribute(FLAG, "previous");
    assert_eq!(previous["network_acl_bypass_ids"], json!([id("old")]));
    // Azure can return another order and casing.
    let answered = json!([id("b").to_uppercase(), id("a")]);
    let change = json!({"properties": {"networkAclBypassResourceIds": answered}});
    world.cloud.patch(COSMOS, &change);
    world.plan().is_quiet();
    let taken = json!({"properties": {"networkAclBypassResourceIds": [id("a")]}});
    world.cloud.patch(COSMOS, &taken);
    world.apply().updates(1).says("network_acl_bypass_ids was set to");
    world.config(&flag(
        COSMOS,
        "Enabled",
        "network_acl_bypass_ids = []\n  on_destroy = \"restore\"",
    ));
    world.apply().updates(1);
    assert_eq!(now()["networkAclBypassResourceIds"], json!([]));
    world.destroy().succeeds();
    assert_eq!(now()["networkAclBypassResourceIds"], json!([id("old")]));
    world.config(&flag("Microsoft.Storage/storageAccounts/airefstorage", "Enabled", &ids(&["a"])));
    world.validate().fails_with("does not support `network_acl_bypass_ids`");
}

/// Cosmos DB accepts one write at a time, of the account or of its connections.
#[test]
fn writes_of_one_cosmos_account_wait_for_each_other() {
    let world = World::of(Emulator::builder().operation_seconds(0.3));
    put_cosmos(&world, &json!({}));
    let approval = r#"
locals {
  cosmos = "${local.group}/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-ai"
}

resource "azureai_private_endpoint" "it" {
  name                = "pe-cosmos"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "it"
    is_manual_connection           = true
    request_message                = "Let us in."
    private_connection_resource_id = local.cosmos
    subresource_names              = ["Sql"]
  }
}

resource "azureai_private_endpoint_connection_approval" "it" {
  target_resource_id  = local.cosmos
  private_endpoint_id = azureai_private_endpoint.it.id
}
"#;
    let after = format!("{UNGUARDED}\n  depends_on = [azureai_private_endpoint.it]");
    world.config(&[approval, &flag(COSMOS, "Disabled", &after)].concat());
    world.apply().creates(3);
    let account = world.cloud.get(COSMOS).unwrap();
    assert_eq!(account["properties"]["publicNetworkAccess"], "Disabled");
    let connection = format!("{COSMOS}/privateEndpointConnections/pe-cosmos");
    let state = &world.cloud.get(&connection).unwrap()["properties"];
    assert_eq!(state["privateLinkServiceConnectionState"]["status"], "Approved");
    world.plan().is_quiet();
    let busy = world.cloud.requests().iter().filter(|it| it.status == 412).count();
    assert!(busy > 0, "the writes overlapped");
    world.destroy().succeeds();
}

#[test]
fn put_of_a_flag_keeps_all_other_properties() {
    let world = World::new();
    let registry = "Microsoft.MachineLearningServices/registries/mlr";
    let bus = "Microsoft.ServiceBus/namespaces/sb";
    let given = json!({
        INSIGHTS: {
            "Application_Type": "web", "SamplingPercentage": 25.5, "RetentionInDays": 30,
            "DisableLocalAuth": true, "IngestionMode": "LogAnalytics",
            "WorkspaceResourceId": "/subscriptions/x/resourceGroups/y/providers/z/w/v",
            "ForceCustomerStorageForProfiler": true,
        },
        registry: {
            "regionDetails": [{"location": "eastus", "acrDetails": [{"systemCreated": {}}]}],
        },
        bus: {"disableLocalAuth": true, "minimumTlsVersion": "1.2"},
    });
    for path in [INSIGHTS, registry, bus] {
        let mut body = json!({
            "location": "eastus", "kind": "web", "tags": {"team": "ai"}, "properties": given[path],
        });
        if path != INSIGHTS {
            body["sku"] = json!({"name": "Premium", "capacity": 4});
        }
        world.cloud.put(path, &body);
    }
    let but_the_flag = |path: &str| {
        let mut body = without_noise(&world.cloud.get(path).unwrap());
        body.as_object_mut().unwrap().remove("etag");
        let properties = body["properties"].as_object_mut().unwrap();
        properties.retain(|name, _| !name.starts_with("publicNetworkAccess"));
        body
    };
    for path in [INSIGHTS, registry, bus] {
        // Lets Azure set its defaults before the comparison.
        world.config(&flag(path, "Disabled", UNGUARDED));
        world.apply().creates(1);
        world.config(&flag(path, "Enabled", UNGUARDED));
        world.apply().updates(1);
        world.config("");
        world.apply().succeeds();
        let before = but_the_flag(path);
        for (name, value) in given[path].as_object().unwrap() {
            assert_eq!(before["properties"][name], *value, "{path} {name}");
        }
        world.config(&flag(path, "Disabled", &format!("on_destroy = \"restore\"\n  {UNGUARDED}")));
        world.apply().creates(1);
        assert_eq!(but_the_flag(path), before, "{path}");
        world.plan().is_quiet();
        // A later change of another client stays too.
        world.cloud.patch(path, &json!({"tags": {"team": "ai", "cost": "7"}}));
        world.config(&flag(path, "Enabled", &format!("on_destroy = \"restore\"\n  {UNGUARDED}")));
        world.apply().updates(1);
        assert_eq!(but_the_flag(path)["tags"], json!({"team": "ai", "cost": "7"}), "{path}");
        world.destroy().succeeds();
        let mut after = but_the_flag(path);
        after["tags"] = before["tags"].clone();
        assert_eq!(after, before, "{path}");
    }
}

/// Clients reach a component of Azure Monitor through the endpoints of its private link scope.
#[test]
fn guard_accepts_endpoints_of_a_private_link_scope() {
    let world = World::new();
    let scope = json!([{"ResourceId": world.cloud.id(SCOPE), "ScopeId": "1"}]);
    let properties = json!({"Application_Type": "web", "PrivateLinkScopedResources": scope});
    let body = json!({"location": "eastus", "kind": "web", "properties": properties});
    world.cloud.put(INSIGHTS, &body);
    world.cloud.put(SCOPE, &json!({"location": "global", "properties": {}}));
    world.config(&flag(INSIGHTS, "Disabled", ""));
    world.apply().fails_with("would lock out all clients");
    let endpoint = r#"
locals {
  ampls = "${local.group}/providers/Microsoft.Insights/privateLinkScopes/ampls"
}

resource "azureai_private_endpoint" "it" {
  name                = "pe-ampls"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "it"
    private_connection_resource_id = local.ampls
    subresource_names              = ["azuremonitor"]
  }
}
"#;
    let asks = "guard {\n    private_endpoint_ids = [azureai_private_endpoint.it.id]\n    \
                require_dns = false\n  }";
    world.config(&[endpoint, &flag(INSIGHTS, "Disabled", asks)].concat());
    world.apply().creates(2);
    world.config(&[endpoint, &flag(INSIGHTS, "Enabled", "")].concat());
    world.apply().updates(1);
    world.config(&[endpoint, &flag(INSIGHTS, "Disabled", "")].concat());
    world.apply().updates(1).keeps_quiet_about("lock out all clients");
}
