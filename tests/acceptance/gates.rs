//! Acceptance tests of both settings of public access: the flag and the network rules.

use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const IT: &str = "azureai_public_network_access.it";

fn of(target: &str, more: &str) -> String {
    format!(
        "resource \"azureai_public_network_access\" \"it\" {{\n  resource_id = {target}\n\
         {more}\n}}\n"
    )
}

fn kind(path: &str) -> String {
    format!("\"${{local.group}}/providers/{path}\"")
}

#[test]
fn only_configured_rules_are_managed() {
    let world = World::new();
    let rules = json!({"properties": {"networkAcls": {
        "defaultAction": "Allow", "bypass": "Logging",
        "ipRules": [{"value": "198.51.100.1", "action": "Allow"}],
    }}});
    world.cloud.patch(STORAGE, &rules);
    let denied = "  public_network_access = \"Enabled\"\n  default_action = \"Deny\"";
    world.config(&of("local.storage", denied));
    world.apply().creates(1);
    world.plan().is_quiet();
    let acl = &world.cloud.get(STORAGE).unwrap()["properties"]["networkAcls"];
    assert_eq!(acl["defaultAction"], "Deny");
    assert_eq!(acl["bypass"], "Logging");
    assert_eq!(acl["ipRules"][0]["value"], "198.51.100.1");
    assert_eq!(world.attribute(IT, "effective_exposure"), "selected_networks");
    assert_eq!(world.attribute(IT, "ip_rules"), json!(["198.51.100.1"]));
    assert_eq!(world.attribute(IT, "previous.default_action"), "Allow");
    assert!(world.attribute(IT, "previous.ip_rules").is_null(), "it is not managed here");

    // Only drift of a configured rule causes a change.
    world.cloud.patch(STORAGE, &json!({"properties": {"networkAcls": {"bypass": "Metrics"}}}));
    world.plan().is_quiet();
    world.cloud.patch(STORAGE, &json!({"properties": {"networkAcls": {"defaultAction": "Allow"}}}));
    world.apply().updates(1).says("default_action");
    world.plan().is_quiet();
    let acl = &world.cloud.get(STORAGE).unwrap()["properties"]["networkAcls"];
    assert_eq!((&acl["defaultAction"], &acl["bypass"]), (&json!("Deny"), &json!("Metrics")));
}

/// Applies all rules of each kind, plans no changes, and restores the former rules.
#[test]
fn every_kind_sets_and_restores_its_rules() {
    let acl = "  default_action = \"Deny\"\n  bypass = [\"AzureServices\"]\n  \
               ip_rules = [\"198.51.100.7\"]";
    let search = "  bypass = [\"AzureServices\"]\n  ip_rules = [\"198.51.100.7\"]";
    let registry = format!("{acl}\n  bypass_for_tasks = true");
    let kinds = [
        (STORAGE, acl),
        ("Microsoft.KeyVault/vaults/airefkv", acl),
        ("Microsoft.CognitiveServices/accounts/airef-services", acl),
        ("Microsoft.ContainerRegistry/registries/airefacr", registry.as_str()),
        ("Microsoft.Search/searchServices/airef-search", search),
        (pieces::WORKSPACE_PATH, "  ip_rules = [\"198.51.100.7\"]"),
    ];
    for (path, rules) in kinds {
        let world = World::new();
        let before = gates(&world.cloud.get(path).unwrap());
        let end = "  public_network_access = \"Enabled\"\n  on_destroy = \"restore\"";
        world.config(&of(&kind(path), &format!("{end}\n{rules}")));
        world.apply().creates(1);
        world.plan().is_quiet();
        assert_eq!(world.attribute(IT, "effective_exposure"), "selected_networks", "{path}");
        assert_eq!(world.attribute(IT, "previous.ip_rules"), json!([]), "{path}");
        world.destroy().succeeds();
        assert_eq!(gates(&world.cloud.get(path).unwrap()), before, "{path}");
    }
}

/// Returns the flag and the rules of a resource. A missing rule equals its default.
fn gates(body: &Value) -> Value {
    let properties = &body["properties"];
    let rules = |name: &str| {
        let acl = &properties[name];
        let addresses = acl["ipRules"].as_array().cloned().unwrap_or_default();
        let action = acl["defaultAction"].as_str().unwrap_or("Allow").to_owned();
        json!([action, addresses])
    };
    json!([
        properties["publicNetworkAccess"].as_str().unwrap_or("Enabled"),
        rules("networkAcls"),
        rules("networkRuleSet"),
        properties["ipAllowlist"].as_array().cloned().unwrap_or_default(),
    ])
}

#[test]
fn on_destroy_defaults_to_the_setting_of_the_provider() {
    let restoring = "provider \"azureai\" {\n  on_destroy = \"restore\"\n}\n";
    let off = "  public_network_access = \"Disabled\"\n  guard { mode = \"off\" }";
    for (provider, after) in [(restoring, "Enabled"), (pieces::PROVIDER, "Disabled")] {
        let world = World::new();
        world.config_with_provider(provider, &of("local.storage", off));
        world.apply().creates(1);
        world.plan().is_quiet();
        world.destroy().succeeds();
        let flag = &world.cloud.get(STORAGE).unwrap()["properties"]["publicNetworkAccess"];
        assert_eq!(flag, after, "{provider}");
    }
}

#[test]
fn a_read_only_provider_changes_nothing() {
    let looking = "provider \"azureai\" {\n  read_only = true\n}\n";
    let world = World::new();
    world.config(pieces::ZONE);
    world.apply().succeeds();
    let before = world.cloud.everything();
    world.config_with_provider(looking, pieces::ZONE);
    world.plan().is_quiet();
    let tagged = pieces::with(pieces::ZONE, "  tags = { a = \"1\" }\n");
    world.config_with_provider(looking, &tagged);
    world.apply().fails_with("The provider is read-only");
    world.destroy().fails_with("read_only");
    world.cloud.is_as_it_was(&before);
}
