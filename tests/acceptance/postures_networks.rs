//! Acceptance tests of the posture of managed networks, and of the roles that the projects of a hub
//! need on its storage account.

use emulator::Role;
use serde_json::{Value, json};

use crate::foundry_connections::ACCOUNT;
use crate::pieces::WORKSPACE_PATH;
use crate::postures_foundry::{
    AGENTS, COSMOS, SEARCH, STORAGE, findings, has_only, is_isolated, isolated, project,
    read_posture,
};
use crate::world::World;

const HUB: &str = "data.azureai_network_isolation_posture.hub";

const POSTURE: &str = r#"
data "azureai_network_isolation_posture" "hub" {
  workspace_id     = local.workspace
  include_projects = true
}
"#;

/// Returns the findings of these codes as code, severity, and resource, sorted.
fn of_codes(world: &World, codes: &[&str]) -> Vec<String> {
    let found = world.attribute(HUB, "findings");
    let found = found.as_array().unwrap().iter();
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let reported = found.filter(|it| codes.iter().any(|code| it["code"] == *code)).map(|it| {
        let id = text(it, "resource_id");
        let name = id.rsplit('/').next().unwrap();
        format!("{} {} {name}", text(it, "code"), text(it, "severity"))
    });
    let mut reported: Vec<String> = reported.collect();
    reported.sort();
    reported
}

/// Returns a managed network that allows only approved targets, and rules to these groups.
fn network(world: &World, parent: &str, rules: &[(&str, &str, &str)]) -> String {
    let rule = |(name, target, group): &(&str, &str, &str)| {
        format!(
            r#"
resource "azureai_managed_network_outbound_rule" "{name}" {{
  name                = "{name}"
  parent_id           = azureai_managed_network.it.parent_id
  service_resource_id = "{}"
  sub_resource_target = "{group}"
  approve             = true
}}
"#,
            world.cloud.id(target)
        )
    };
    let rules: String = rules.iter().map(rule).collect();
    format!(
        r#"
resource "azureai_managed_network" "it" {{
  parent_id      = "{}"
  isolation_mode = "AllowOnlyApprovedOutbound"
  provision      = true
}}
{rules}"#,
        world.cloud.id(parent)
    )
}

fn mode(mode: &str, status: &str) -> Value {
    json!({ "properties": {
        "provisioningState": "Succeeded",
        "managedNetwork": {
            "isolationMode": mode, "managedNetworkKind": "V2", "status": { "status": status },
        },
    } })
}

#[test]
fn the_managed_network_of_an_account_needs_rules_to_its_stores() {
    let world = isolated();
    let injection = json!({"scenario": "agent", "useMicrosoftManagedNetwork": true});
    let injected = json!({"properties": {"networkInjections": [injection]}});
    world.cloud.patch(ACCOUNT, &injected);
    has_only(&world, "AAI123 error aif");
    let rules =
        [("cosmos", COSMOS, "Sql"), ("blob", STORAGE, "blob"), ("search", SEARCH, "searchService")];
    let with = |rules: &[(&str, &str, &str)]| {
        world.file("network.tf", &network(&world, ACCOUNT, rules));
        world.apply().succeeds();
        read_posture(&world);
    };
    with(&rules[..2]);
    assert_eq!(findings(&world), ["AAI123 error airef-search"]);
    with(&rules);
    is_isolated(&world);
    world.plan().is_quiet();
    let before = world.cloud.everything();
    let own = format!("{ACCOUNT}/managedNetworks/default");
    let path = |name: &str| format!("{own}/outboundRules/{name}");
    let failed = json!({"properties": {"provisioningState": "Failed"}});
    for (path, change, expected) in [
        (own.clone(), None, "AAI123 error aif"),
        (own.clone(), Some(mode("AllowInternetOutbound", "Inactive")), "AAI123 warning aif"),
        (path("cosmos"), None, "AAI123 error threads"),
        (path("search"), Some(failed), "AAI123 error airef-search"),
    ] {
        match change {
            Some(change) => world.cloud.patch(&path, &change),
            None => world.cloud.delete(&path),
        }
        look_again(&world);
        assert!(findings(&world).contains(&expected.to_owned()), "{:?}", findings(&world));
        world.cloud.restore(&before);
    }
    // A rule that waits for its approval has a finding, and so has the connection of the target.
    let storage = world.cloud.get(STORAGE).unwrap();
    let connections = storage["properties"]["privateEndpointConnections"].as_array().unwrap();
    let of_rule = |it: &&Value| {
        let endpoint = it["properties"]["privateEndpoint"]["id"].as_str();
        endpoint.is_some_and(|id| id.ends_with("/privateEndpoints/blob"))
    };
    let connection = connections.iter().find(of_rule).unwrap()["id"].as_str().unwrap();
    let state = json!({"privateLinkServiceConnectionState": {"status": "Pending"}});
    world.cloud.patch(connection, &json!({ "properties": state }));
    look_again(&world);
    let both = ["AAI107 error airefstorage", "AAI123 error airefstorage"];
    assert_eq!(findings(&world), both);
    world.cloud.restore(&before);
    world.cloud.deny(&own, "*/read");
    look_again(&world);
    assert!(findings(&world).contains(&"AAI115 warning aif".to_owned()));
}

/// Reads the posture again, and changes nothing.
fn look_again(world: &World) {
    let only = "-target=data.azureai_network_isolation_posture.account";
    world.run(&["apply", only, "-refresh=false", "-input=false", "-auto-approve"]).succeeds();
}

#[test]
fn the_managed_network_of_a_hub_needs_rules_to_its_resources() {
    let world = World::new();
    let codes = ["AAI123"];
    world.config(POSTURE);
    world.apply().succeeds();
    assert_eq!(of_codes(&world, &codes), [""; 0], "there is no managed network");
    let before = world.cloud.everything();
    let set = |name: &str, status: &str| {
        world.cloud.patch(WORKSPACE_PATH, &mode(name, status));
        world.apply().succeeds();
        of_codes(&world, &codes)
    };
    assert_eq!(set("AllowOnlyApprovedOutbound", "Inactive"), ["AAI123 warning airef-hub"]);
    // The network allows the internet, and no resource is private yet.
    assert_eq!(set("AllowInternetOutbound", "Active"), [""; 0]);
    let lacking = set("AllowOnlyApprovedOutbound", "Active");
    let names: Vec<&str> = lacking.iter().filter_map(|it| it.rsplit(' ').next()).collect();
    let all = ["airef-search", "airef-services", "airefacr", "airefkv"];
    assert_eq!(names[..4], all, "{names:?}");
    assert_eq!(names[4..], ["airefstorage", "airefstorage"], "blob and file");
    world.cloud.restore(&before);
    // Azure creates the rules to the default resources of the hub.
    let rules = [
        ("search", SEARCH, "searchService"),
        ("services", "Microsoft.CognitiveServices/accounts/airef-services", "account"),
    ];
    let posture = POSTURE.replace(
        "include",
        "depends_on = [azureai_managed_network_outbound_rule.search, \
         azureai_managed_network_outbound_rule.services]\n  include",
    );
    world.config(&[&network(&world, WORKSPACE_PATH, &rules), &*posture].concat());
    world.apply().succeeds();
    assert_eq!(of_codes(&world, &codes), [""; 0]);
}

const BLOB: &str = r#"
resource "azureai_private_endpoint" "blob" {
  name                = "pe-blob"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
  }
}
"#;

#[test]
fn projects_need_roles_on_a_private_storage_account() {
    let world = World::new();
    let codes = ["AAI120"];
    let posture =
        POSTURE.replace("include", "depends_on = [azureai_private_endpoint.blob]\n  include");
    world.config(&[BLOB, &posture].concat());
    let look = || {
        world.apply().succeeds();
        of_codes(&world, &codes)
    };
    assert_eq!(look(), [""; 0], "the storage account is open");
    let closed = json!({"properties": {"publicNetworkAccess": "Disabled"}});
    world.cloud.patch(STORAGE, &closed);
    assert_eq!(look(), ["AAI120 error pe-blob"]);
    world.cloud.patch(STORAGE, &json!({"properties": {"allowSharedKeyAccess": false}}));
    let data = "AAI120 error airefstorage";
    assert_eq!(look(), [data, data, "AAI120 error pe-blob"]);
    let hub = world.cloud.get(WORKSPACE_PATH).unwrap();
    let project = world.cloud.get(&WORKSPACE_PATH.replace("hub", "project")).unwrap();
    let [own, of_hub] = [project, hub]
        .map(|it| it["identity"]["principalId"].as_str().expect("an identity").to_owned());
    let endpoint = world.cloud.id("Microsoft.Network/privateEndpoints/pe-blob");
    let reader = || Role::new(&["*/read"]).at(&endpoint);
    world.cloud.give(&of_hub, "ServicePrincipal", &reader());
    assert_eq!(look().len(), 3, "the hub's own identity does not count");
    world.cloud.give(&own, "ServicePrincipal", &reader());
    assert_eq!(look(), [data, data]);
    let writer = Role::new(&[]).on_data(&["Microsoft.Storage/storageAccounts/*"]);
    world.cloud.give(&own, "ServicePrincipal", &writer.at(&world.cloud.id(STORAGE)));
    assert_eq!(look(), [""; 0]);
}

#[test]
fn hosted_agents_need_a_role_to_pull_images() {
    let world = isolated();
    let registry = "Microsoft.ContainerRegistry/registries/airefacr";
    let properties = json!({
        "category": "ContainerRegistry", "authType": "AAD", "target": "https://airefacr.example/",
        "metadata": { "ResourceId": world.cloud.id(registry) },
    });
    let images = project("/connections/images");
    world.cloud.put(&images, &json!({ "properties": properties }));
    read_posture(&world);
    let pulls = || {
        let found = findings(&world);
        found.into_iter().filter(|it| it.starts_with("AAI120")).collect::<Vec<_>>()
    };
    assert_eq!(pulls(), ["AAI120 warning airefacr"]);
    let role = Role::new(&["Microsoft.ContainerRegistry/registries/pull/read"]);
    let role = role.at(&world.cloud.id(registry));
    world.cloud.give(AGENTS, "ServicePrincipal", &role);
    read_posture(&world);
    assert_eq!(pulls(), [""; 0]);
}
