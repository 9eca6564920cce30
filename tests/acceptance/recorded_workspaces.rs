//! Acceptance tests of workspaces: how the real Azure was recorded to update them.

use emulator::{Builder, Emulator};
use serde_json::{Value, json};

use crate::pieces;
use crate::workspaces::{HUB, IDENTITIES, PROJECT};
use crate::world::World;

const PATH: &str = "Microsoft.MachineLearningServices/workspaces/hub-it";

/// Returns the bodies of the PATCH requests of workspaces after the request of this number.
fn patches(world: &World, number: u64) -> Vec<Value> {
    let requests = world.cloud.requests_after(number).into_iter();
    let of_workspaces =
        requests.filter(|it| it.method == "PATCH" && it.path.contains("/workspaces/"));
    of_workspaces.filter_map(|it| it.body).collect()
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(entries) => entries.values().any(has_null),
        Value::Array(entries) => entries.iter().any(has_null),
        _ => false,
    }
}

/// Applies an update of one workspace, and returns the bodies of its PATCH requests. Asserts that
/// none of them has a null.
fn update(world: &World, hcl: &str) -> Vec<Value> {
    let before = world.cloud.last_request();
    world.config(hcl);
    world.apply().updates(1);
    world.plan().is_quiet();
    let sent = patches(world, before);
    assert!(!sent.is_empty(), "nothing was sent");
    assert!(!sent.iter().any(has_null), "{sent:?}");
    sent
}

/// A PATCH replaces the map of tags, and Azure rejects a tag of null.
#[test]
fn tags_are_sent_completely_and_without_nulls() {
    for kind in [HUB, PROJECT] {
        let world = World::new();
        let rest = if kind == HUB { "" } else { HUB };
        let with = |more: &str| [rest, &pieces::with(kind, more)].concat();
        world.config(&with("  tags = { a = \"1\", b = \"2\" }\n"));
        world.apply().succeeds();
        let sent = update(&world, &with("  tags = { b = \"3\" }\n"));
        assert_eq!(sent, [json!({"tags": {"b": "3"}})]);
        let sent = update(&world, &with("  description = \"Ours.\"\n  tags = { b = \"3\" }\n"));
        assert_eq!(sent, [json!({"properties": {"description": "Ours."}})]);
        let sent = update(&world, &with("  description = \"Ours.\"\n"));
        assert_eq!(sent, [json!({"tags": {}})]);
    }
}

/// Azure returns null for some properties that a hub does not have, which is no difference.
#[test]
fn null_properties_are_not_sent() {
    let world = World::new();
    world.config(HUB);
    world.apply().creates(1);
    let mut hub = world.cloud.get(PATH).unwrap();
    for name in ["applicationInsights", "containerRegistry", "description", "imageBuildCompute"] {
        hub["properties"][name] = Value::Null;
    }
    world.cloud.put(PATH, &hub);
    world.plan().is_quiet();
    let sent = update(&world, &pieces::with(HUB, "  description = \"Ours.\"\n"));
    assert_eq!(sent, [json!({"properties": {"description": "Ours."}})]);
}

const OTHERS: &str = r#"
locals {
  registry = "${local.group}/providers/Microsoft.ContainerRegistry/registries/airefacr"
  insights = "${local.group}/providers/Microsoft.Insights/components/airef-insights"
}
"#;

#[test]
fn removed_arguments_of_a_hub_are_cleared() {
    let world = World::new();
    let full = pieces::with(
        HUB,
        "  friendly_name = \"Research\"\n  description = \"Ours.\"\n  container_registry_id = \
         local.registry\n  application_insights_id = local.insights\n",
    );
    world.config(&[OTHERS, &full].concat());
    world.apply().creates(1);
    let sent = update(&world, &[OTHERS, HUB].concat());
    let cleared = json!({"properties": {
        "friendlyName": "", "description": "", "containerRegistry": "", "applicationInsights": "",
    }});
    assert_eq!(sent, [cleared]);
}

/// Azure never removes a managed network, so the plan shows no changes without the block.
#[test]
fn a_managed_network_stays_without_its_block() {
    let world = World::new();
    let block = "  managed_network {\n    isolation_mode = \"AllowInternetOutbound\"\n  }\n";
    world.config(&pieces::with(HUB, block));
    world.apply().creates(1);
    world.config(HUB);
    world.plan().is_quiet();
    world.config(&pieces::with(HUB, "  managed_network {\n  }\n"));
    world.apply().succeeds();
    world.plan().is_quiet();
}

/// Azure derives a friendly name from the name, and configuring that value is no difference.
#[test]
fn a_friendly_name_that_equals_the_name_is_no_change() {
    let world = World::new();
    world.config(HUB);
    world.apply().creates(1);
    world.plan().is_quiet();
    world.config(&pieces::with(HUB, "  friendly_name = \"hub-it\"\n"));
    world.apply().succeeds();
    world.plan().is_quiet();
}

/// Covers both readings of a PATCH: it replaces the identities, or adds to them.
#[test]
fn identities_are_sent_completely() {
    for adds in [false, true] {
        let azure: Builder = Emulator::builder().adds_identities(adds);
        let world = World::of(azure);
        let with = |identity: &str, more: &str| {
            let hub = HUB.replace("type = \"SystemAssigned\"", identity);
            [IDENTITIES, &pieces::with(&hub, more)].concat()
        };
        let one = "type = \"UserAssigned\"\n    identity_ids = [local.one]";
        let both = "type = \"SystemAssigned, UserAssigned\"\n    identity_ids = [local.one]";
        let two = "type = \"UserAssigned\"\n    identity_ids = [local.one, local.two]";
        let primary = "  primary_user_assigned_identity = local.one\n";
        let has = |names: &[&str]| {
            let identity = &world.cloud.get(PATH).unwrap()["identity"];
            let ids = identity["userAssignedIdentities"].as_object().cloned().unwrap_or_default();
            let mut found: Vec<&str> = ids.keys().filter_map(|id| id.rsplit('/').next()).collect();
            found.sort_unstable();
            assert_eq!(found, names, "adds: {adds}");
        };
        world.config(&with(both, primary));
        world.apply().creates(1);
        update(&world, &with(one, primary));
        has(&["one"]);
        update(&world, &with(two, primary));
        has(&["one", "two"]);
        world.config(&with(&one.replace("local.one", "local.two"), ""));
        world.apply().updates(1);
        world.plan().is_quiet();
        has(&["two"]);
        world.config(&with("type = \"SystemAssigned\"", ""));
        world.apply().updates(1);
        world.plan().is_quiet();
        has(&[]);
    }
}

/// Azure's PATCH has the URL of the key, and nothing else of the encryption.
#[test]
fn another_encryption_key_is_updated_in_place() {
    let world = World::new();
    let with = |key: &str| {
        let key = format!("https://airefkv.vault.azure.net/keys/{key}");
        pieces::with(
            HUB,
            &format!(
                "  encryption {{\n    key_vault_id = local.vault\n    key_id = \"{key}\"\n  }}\n"
            ),
        )
    };
    world.config(&with("key/1"));
    world.apply().creates(1);
    let sent = update(&world, &with("key/2"));
    let key = json!({"keyIdentifier": "https://airefkv.vault.azure.net/keys/key/2"});
    assert_eq!(sent, [json!({"properties": {"encryption": {"keyVaultProperties": key}}})]);
    let other = with("key/2").replace("local.vault\n    key_id", "local.other\n    key_id");
    let locals = "locals {\n  other = replace(local.vault, \"airefkv\", \"airefothe\")\n}\n";
    world.config(&[locals, &other].concat());
    world.plan().replaces(1);
    world.config(HUB);
    world.plan().replaces(1);
}

/// Every recorded notebook host of a workspace in westus3 is in westus2.
#[test]
fn notebook_hosts_of_westus3_are_in_westus2() {
    let world = World::new();
    world.config("");
    let call = "provider::azureai::workspace_fqdns(\"79a5ed1b-0f02-4baa-89c2-23dad085bce8\", \
                \"asotestworklvjvhi\", \"westus3\", \"public\")";
    world.console(call).says(
        "\"ml-asotestworklvjv-westus3-79a5ed1b-0f02-4baa-89c2-23dad085bce8.westus2.\
         notebooks.azure.net\"",
    );
    let hub = HUB.replace("East US", "West US 3");
    let list = "output \"names\" {\n  value = provider::azureai::workspace_fqdns(\n    \
                azureai_workspace.hub.workspace_id, azureai_workspace.hub.name,\n    \
                azureai_workspace.hub.location, \"public\")[*].fqdn\n}\n";
    world.config(&[&hub, list].concat());
    let host = world.apply().creates(1);
    let shown = world.cloud.get(PATH).unwrap()["properties"]["notebookInfo"]["fqdn"].clone();
    host.says(shown.as_str().unwrap());
}
