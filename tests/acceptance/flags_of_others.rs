//! Flags of types that Azure writes in a way of their own: Cosmos DB, and those whose flag only a
//! `PUT` of the whole resource carries.

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

/// IDs as a list in HCL.
fn ids(names: &[&str]) -> String {
    let id =
        |name: &&str| format!("\"${{local.group}}/providers/Microsoft.Synapse/workspaces/{name}\"");
    let ids: Vec<String> = names.iter().map(id).collect();
    format!("network_acl_bypass_ids = [{}]", ids.join(", "))
}

#[test]
fn resources_that_may_pass_are_a_set_and_are_put_back() {
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
    // Azure may answer in another order and casing.
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

/// Cosmos DB takes one write at a time, of the account and of its connections.
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
    assert!(busy > 0, "they met");
    world.destroy().succeeds();
}

/// All that others have set of a resource is there after the flag was written by a `PUT`.
#[test]
fn a_put_of_the_whole_loses_nothing_that_others_set() {
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
        // What Azure fills in is there before.
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
        // What somebody else sets later stays too.
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

/// What Azure Monitor has behind a private link scope is reached by the scope's endpoints.
#[test]
fn the_guard_looks_at_the_scopes_of_azure_monitor() {
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
