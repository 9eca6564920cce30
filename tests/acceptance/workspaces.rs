//! Acceptance tests of hubs and their projects: `azureai_workspace`.

use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::pieces;
use crate::world::World;

const ADDRESS: &str = "azureai_workspace.hub";
const PATH: &str = "Microsoft.MachineLearningServices/workspaces/hub-it";

pub const HUB: &str = r#"
resource "azureai_workspace" "hub" {
  name                = "hub-it"
  resource_group_name = "rg-ai"
  location            = "East US"
  storage_account_id  = local.storage
  key_vault_id        = local.vault

  identity {
    type = "SystemAssigned"
  }
}
"#;

pub const PROJECT: &str = r#"
resource "azureai_workspace" "project" {
  name                = "project-it"
  resource_group_name = "rg-ai"
  location            = azureai_workspace.hub.location
  kind                = "Project"
  hub_id              = azureai_workspace.hub.id

  identity {
    type = "SystemAssigned"
  }
}
"#;

/// IDs of user-assigned identities, which do not have to exist.
pub const IDENTITIES: &str = r#"
locals {
  one = "${local.group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one"
  two = replace(local.one, "/one", "/two")
}
"#;

fn properties(world: &World) -> Value {
    world.cloud.get(PATH).unwrap()["properties"].clone()
}

#[test]
fn a_new_hub_is_private() {
    let world = World::new();
    let before = world.cloud.everything();
    world.config(&[HUB, PROJECT].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    assert_eq!(properties(&world)["publicNetworkAccess"], "Disabled");
    assert_eq!(world.attribute(ADDRESS, "public_network_access"), "Disabled");
    assert_eq!(world.attribute(ADDRESS, "workspace_id"), properties(&world)["workspaceId"]);
    assert_eq!(world.attribute(ADDRESS, "discovery_url"), properties(&world)["discoveryUrl"]);
    assert!(world.attribute(ADDRESS, "identity.0.principal_id").is_string());
    world.destroy().destroys(2);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn an_update_of_a_hub_keeps_a_separately_managed_flag() {
    let world = World::new();
    let flag = r#"
resource "azureai_public_network_access" "hub" {
  resource_id           = azureai_workspace.hub.id
  public_network_access = "Enabled"
}
"#;
    world.config(&[HUB, flag].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    world.config(&[&pieces::with(HUB, "  description = \"Ours.\"\n"), flag].concat());
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(properties(&world)["publicNetworkAccess"], "Enabled");
}

#[test]
fn a_project_that_becomes_a_hub_is_replaced() {
    let world = World::new();
    world.config(&[HUB, PROJECT].concat());
    world.apply().creates(2);
    let hub = HUB.replace("\"hub\"", "\"project\"").replace("hub-it", "project-it");
    world.config(&[HUB, &hub].concat());
    world.apply().replaces(1).says("kind").says("hub_id");
    world.plan().is_quiet();
}

#[test]
fn an_update_sends_only_what_has_changed() {
    let world = World::new();
    // Only preview versions of the API have the allowed addresses.
    let flag = r#"
resource "azureai_public_network_access" "hub" {
  resource_id           = azureai_workspace.hub.id
  public_network_access = "Enabled"
  ip_rules              = ["203.0.113.0/24"]
}
"#;
    world.config(&[HUB, flag].concat());
    world.apply().creates(2);
    world.cloud.patch(PATH, &json!({"properties": {"imageBuildCompute": "theirs"}}));
    world.config(&[&pieces::with(HUB, "  description = \"New.\"\n"), flag].concat());
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(properties(&world)["imageBuildCompute"], "theirs");
    assert_eq!(properties(&world)["description"], "New.");
    let lines = world.cloud.request_lines();
    let puts = lines.lines().filter(|line| line.contains("PUT") && line.contains("/hub-it"));
    assert_eq!(puts.count(), 1, "the one that made it");
}

#[test]
fn drift_deletion_and_import_are_handled() {
    let world = World::new();
    let hub = pieces::with(HUB, "  friendly_name = \"Ours\"\n  tags = { a = \"1\" }\n");
    world.config(&[&hub, PROJECT].concat());
    world.apply().creates(2);
    let change = json!({"tags": {"a": "2"}, "properties": {"friendlyName": "Theirs"}});
    world.cloud.patch(PATH, &change);
    world.apply().updates(1).says("friendly_name").says("tags");
    world.plan().is_quiet();
    for (address, name) in [(ADDRESS, "hub-it"), ("azureai_workspace.project", "project-it")] {
        world.run(&["state", "rm", address]).succeeds();
        let id = world.cloud.id(&PATH.replace("hub-it", name));
        world.import(address, &pieces::odd_casing(&id)).succeeds();
    }
    world.plan().is_quiet();
    let project = PATH.replace("hub-it", "project-it");
    world.cloud.delete(&project);
    world.apply().creates(1);
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world.config(&hub);
    world.apply().fails_with("The workspace \"hub-it\" already exists").says("import {");
}

const INVALID_ARGUMENTS_OF_A_HUB: &str = r#"
good: "hub-it"
bad:  "-hub"
says: 3 to 33 letters

good: storage_account_id  = local.storage
bad:  description = "x"
line: resource "azureai_workspace" "hub" {
says: A hub needs `storage_account_id`

good: key_vault_id        = local.vault
bad:  key_vault_id = local.storage
says: Microsoft.KeyVault/vaults

good: key_vault_id        = local.vault
bad:  key_vault_id = local.vault
bad:  hub_id       = local.workspace
line: hub_id       = local.workspace
says: A hub cannot have a `hub_id`

good: key_vault_id        = local.vault
bad:  key_vault_id          = local.vault
bad:  public_network_access = "disabled"
line: public_network_access = "disabled"
says: Did you mean "Disabled"?

good: type = "SystemAssigned"
bad:  type = "System"
says: "SystemAssigned, UserAssigned"

good: type = "SystemAssigned"
bad:  type = "UserAssigned"
line: identity {
says: The user-assigned identity is missing

good: type = "SystemAssigned"
bad:  type         = "SystemAssigned"
bad:  identity_ids = [local.one]
line: identity_ids
says: `identity_ids` needs a type

good: key_vault_id        = local.vault
bad:  key_vault_id = local.vault
bad:  primary_user_assigned_identity = local.one
line: primary_user_assigned_identity
says: not one of the workspace's

good: key_vault_id        = local.vault
bad:  key_vault_id = local.vault
bad:  managed_network {
bad:    isolation_mode = "Off"
bad:  }
line: isolation_mode = "Off"
says: AllowInternetOutbound

good: key_vault_id        = local.vault
bad:  key_vault_id = local.vault
bad:  encryption {
bad:    key_vault_id = local.vault
bad:    key_id       = "key"
bad:  }
line: key_id       = "key"
says: not the URL of a key

good: key_vault_id        = local.vault
bad:  key_vault_id = local.vault
bad:  kind         = "Default"
line: kind         = "Default"
says: "Hub", "Project"
"#;

#[test]
fn invalid_arguments_of_a_hub_are_errors() {
    are_refused(&[IDENTITIES, HUB].concat(), INVALID_ARGUMENTS_OF_A_HUB);
}

#[test]
fn invalid_arguments_of_a_project_are_errors() {
    are_refused(
        &[HUB, PROJECT].concat(),
        r#"
good: hub_id              = azureai_workspace.hub.id
bad:  description = "x"
line: resource "azureai_workspace" "project" {
says: A project needs a `hub_id`

good: hub_id              = azureai_workspace.hub.id
bad:  hub_id = local.vault
says: Microsoft.MachineLearningServices/workspaces

good: hub_id              = azureai_workspace.hub.id
bad:  hub_id       = azureai_workspace.hub.id
bad:  key_vault_id = local.vault
line: key_vault_id = local.vault
says: uses the `key_vault_id` of its hub

good: hub_id              = azureai_workspace.hub.id
bad:  hub_id                = azureai_workspace.hub.id
bad:  public_network_access = "Disabled"
line: public_network_access = "Disabled"
says: uses the `public_network_access` of its hub

good: hub_id              = azureai_workspace.hub.id
bad:  hub_id = azureai_workspace.hub.id
bad:  managed_network {
bad:  }
line: resource "azureai_workspace" "project" {
says: uses the `managed_network` of its hub
"#,
    );
}
