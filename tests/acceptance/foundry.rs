//! Foundry accounts and their projects: `azureai_foundry_account` and `azureai_foundry_project`.

use emulator::{Emulator, Fault};
use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::pieces;
use crate::world::World;

const ADDRESS: &str = "azureai_foundry_account.it";
pub const PATH: &str = "Microsoft.CognitiveServices/accounts/aif-it";

pub const ACCOUNT: &str = r#"
resource "azureai_foundry_account" "it" {
  name                  = "aif-it"
  resource_group_name   = "rg-ai"
  location              = "East US"
  custom_subdomain_name = "aif-it"
  purge_on_destroy      = true

  identity {
    type = "SystemAssigned"
  }
}
"#;

pub const PROJECT: &str = r#"
resource "azureai_foundry_project" "it" {
  name                 = "speech"
  cognitive_account_id = azureai_foundry_account.it.id
  location             = azureai_foundry_account.it.location

  identity {
    type = "SystemAssigned"
  }
}
"#;

/// Returns an account that does not set `purge_on_destroy`.
pub fn unpurged() -> String {
    ACCOUNT.replace("  purge_on_destroy      = true\n", "")
}

pub fn properties(world: &World, path: &str) -> Value {
    world.cloud.get(path).unwrap()["properties"].clone()
}

pub fn sent(world: &World, method: &str, part: &str) -> usize {
    let lines = world.cloud.request_lines();
    lines.lines().filter(|line| line.contains(method) && line.contains(part)).count()
}

#[test]
fn account_is_created_private_and_purged_on_destroy() {
    let world = World::new();
    let before = world.cloud.everything();
    world.config(&[ACCOUNT, PROJECT].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    let account = properties(&world, PATH);
    assert_eq!(account["publicNetworkAccess"], "Disabled");
    assert_eq!(account["allowProjectManagement"], true);
    for (attribute, property) in [("endpoint", "endpoint"), ("internal_id", "internalId")] {
        assert_eq!(world.attribute(ADDRESS, attribute), account[property]);
    }
    let address = world.attribute(ADDRESS, "endpoints.AI Foundry API");
    assert_eq!(address, "https://aif-it.services.ai.azure.com/");
    let project = properties(&world, &format!("{PATH}/projects/speech"));
    let address = "azureai_foundry_project.it";
    assert_eq!(world.attribute(address, "name"), "speech");
    assert_eq!(world.attribute(address, "default"), true);
    let guid = world.attribute(address, "workspace_guid").as_str().unwrap().to_owned();
    assert_eq!(guid.replace('-', ""), project["internalId"].as_str().unwrap());
    assert_eq!(guid.matches('-').count(), 4);
    assert!(world.attribute(address, "identity.0.principal_id").is_string());
    world.destroy().destroys(2);
    world.cloud.is_as_it_was(&before);
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/aif-it"), 1, "it is purged");
}

#[test]
fn account_update_keeps_the_separately_managed_flag() {
    let world = World::new();
    let flag = r#"
resource "azureai_public_network_access" "it" {
  resource_id           = azureai_foundry_account.it.id
  public_network_access = "Enabled"
  default_action        = "Deny"
}
"#;
    world.config(&[ACCOUNT, flag].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    let changed = pieces::with(ACCOUNT, "  tags = { a = \"1\" }\n");
    world.config(&[&changed, flag].concat());
    world.apply().updates(1);
    world.plan().is_quiet();
    let account = properties(&world, PATH);
    assert_eq!(account["publicNetworkAccess"], "Enabled");
    assert_eq!(account["networkAcls"]["defaultAction"], "Deny");
}

#[test]
fn account_update_sends_only_changed_properties() {
    let world = World::new();
    world.config(ACCOUNT);
    world.apply().creates(1);
    world.cloud.patch(PATH, &json!({"properties": {"restrictOutboundNetworkAccess": true}}));
    world.config(&pieces::with(ACCOUNT, "  local_auth_enabled = false\n"));
    world.apply().updates(1).says("local_auth_enabled");
    world.plan().is_quiet();
    let account = properties(&world, PATH);
    assert_eq!(account["restrictOutboundNetworkAccess"], true);
    assert_eq!(account["disableLocalAuth"], true);
    assert_eq!(sent(&world, "PUT", "/accounts/aif-it"), 1, "the one that made it");
}

#[test]
fn account_and_project_drift_is_repaired_and_import_works() {
    let world = World::new();
    let account = pieces::with(ACCOUNT, "  tags = { a = \"1\" }\n");
    let project = pieces::with(PROJECT, "  display_name = \"Ours\"\n");
    let hcl = [account, project].concat();
    world.config(&hcl);
    world.apply().creates(2);
    let path = format!("{PATH}/projects/speech");
    world.cloud.patch(PATH, &json!({"properties": {"disableLocalAuth": true}}));
    world.cloud.patch(&path, &json!({"properties": {"displayName": "Theirs"}}));
    world.apply().updates(2).says("local_auth_enabled").says("display_name");
    world.plan().is_quiet();
    for (address, path) in [(ADDRESS, PATH), ("azureai_foundry_project.it", &path)] {
        world.run(&["state", "rm", address]).succeeds();
        world.import(address, &pieces::odd_casing(&world.cloud.id(path))).succeeds();
    }
    // The apply writes attributes that only the configuration has.
    world.apply().creates(0).replaces(0).destroys(0);
    world.plan().is_quiet();
    world.cloud.delete(&path);
    world.apply().creates(1);
    world.run(&["state", "rm", "azureai_foundry_project.it"]).succeeds();
    world.apply().fails_with("The Foundry project \"speech\" already exists").says("import {");
}

#[test]
fn plan_rejects_names_of_a_deleted_account() {
    let world = World::new();
    world.config(&unpurged());
    world.apply().creates(1);
    world.destroy().destroys(1);
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/"), 0, "it is not purged");
    let refused = world.plan().fails_with("A deleted account \"aif-it\" is not purged");
    refused.says("restore_soft_deleted = true").says("az cognitiveservices account purge");
    let other = unpurged().replace("name                  = \"aif-it\"", "name = \"aif-other\"");
    world.config(&other);
    let refused = world.plan().fails_with("A deleted account has the subdomain \"aif-it\"");
    refused.says("custom_subdomain_name");
    world.config(
        &other.replace("custom_subdomain_name = \"aif-it\"", "custom_subdomain_name = \"b1\""),
    );
    world.apply().creates(1);
}

#[test]
fn deleted_account_is_restored_and_updated() {
    let world = World::new();
    world.config(&unpurged());
    world.apply().creates(1);
    let before = properties(&world, PATH);
    world.destroy().destroys(1);
    let more = "  restore_soft_deleted = true\n  local_auth_enabled = false\n";
    world.config(&pieces::with(&unpurged(), more));
    world.apply().creates(1);
    world.plan().is_quiet();
    let after = properties(&world, PATH);
    assert_eq!(after["dateCreated"], before["dateCreated"]);
    assert_eq!(after["disableLocalAuth"], true);
    // Without a deleted account to restore, the apply creates a new one.
    let both = pieces::with(ACCOUNT, more);
    world.config(&both);
    world.apply().updates(1);
    world.destroy().destroys(1);
    world.apply().creates(1);
    world.plan().is_quiet();
}

#[test]
fn replacement_of_an_unpurged_account_is_an_error() {
    let world = World::new();
    world.config(&unpurged());
    world.apply().creates(1);
    let other =
        unpurged().replace("custom_subdomain_name = \"aif-it\"", "custom_subdomain_name = \"b1\"");
    world.config(&other);
    world.plan().fails_with("The replaced account would not be purged");
    world.config(ACCOUNT);
    world.apply().updates(1).says("purge_on_destroy");
    world.config(
        &other.replace("custom_subdomain_name", "purge_on_destroy = true\n  custom_subdomain_name"),
    );
    world.apply().replaces(1);
    world.plan().is_quiet();
}

#[test]
fn subdomain_is_added_without_replacement() {
    let world = World::new();
    let body = json!({
        "location": "eastus", "kind": "AIServices", "sku": {"name": "S0"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"provisioningState": "Succeeded", "publicNetworkAccess": "Enabled"},
    });
    world.cloud.put(PATH, &body);
    world.config(ACCOUNT);
    world.import(ADDRESS, &world.cloud.id(PATH)).succeeds();
    world.apply().updates(1).replaces(0).says("custom_subdomain_name");
    world.plan().is_quiet();
    assert_eq!(properties(&world, PATH)["customSubDomainName"], "aif-it");
    assert_eq!(properties(&world, PATH)["allowProjectManagement"], true);
}

/// Azure's provider of endpoints learns later than the account's provider that the account is
/// ready.
#[test]
fn endpoint_create_is_retried_until_the_account_is_ready() {
    let azure = Emulator::builder().operation_seconds(0.5).account_race_seconds(2.0);
    let world = World::of(azure);
    let endpoint = pieces::ENDPOINT
        .replace("local.workspace", "azureai_foundry_account.it.id")
        .replace("amlworkspace", "account");
    world.config(&[ACCOUNT, PROJECT, &endpoint].concat());
    world.apply().creates(3);
    world.plan().is_quiet();
    let refused = world.cloud.requests().into_iter().filter(|it| it.status == 400).count();
    assert!(refused > 0, "the endpoint came too early");
    assert_eq!(
        world.attribute("azureai_private_endpoint.hub", "private_ip_addresses.2"),
        "10.0.1.6"
    );
    world.destroy().destroys(3);
}

#[test]
fn conflicting_project_writes_are_retried() {
    let world = World::new();
    let many = PROJECT.replace("\"speech\"", "\"p${count.index}\"");
    let many = pieces::with(&many, "  count = 4\n");
    world.config(&[ACCOUNT, &many].concat());
    let busy = Fault::status(409, "RequestConflict", "Another operation is being performed.");
    world.cloud.fault(busy.method("PUT").path("/projects/").count(3));
    world.apply().creates(5);
    world.plan().is_quiet();
    let stale = Fault::status(412, "IfMatchPreconditionFailed", "The condition does not hold.");
    world.cloud.fault(stale.method("DELETE").path("/projects/").count(2));
    world.destroy().destroys(5);
}

#[test]
fn account_destroy_fails_while_another_project_exists() {
    let world = World::new();
    world.config(ACCOUNT);
    world.apply().creates(1);
    let project = json!({"location": "eastus", "identity": {"type": "SystemAssigned"}});
    world.cloud.put(&format!("{PATH}/projects/theirs"), &project);
    let locked = "Cannot delete resource while nested resources exist";
    let times = "\n  timeouts {\n    delete = \"3s\"\n  }\n";
    world.config(&pieces::with(ACCOUNT, times));
    world.apply().succeeds();
    world.destroy().fails_with(locked).says("/projects/theirs");
    world.cloud.delete(&format!("{PATH}/projects/theirs"));
    world.destroy().destroys(1);
}

#[test]
fn invalid_account_arguments_are_errors() {
    are_refused(
        ACCOUNT,
        r#"
good: name                  = "aif-it"
bad:  name = "-aif"
says: 2 to 64 letters

good: custom_subdomain_name = "aif-it"
bad:  custom_subdomain_name = "aif_it"
says: is not a subdomain

good: custom_subdomain_name = "aif-it"
bad:  sku_name = "S0"
line: resource "azureai_foundry_account" "it" {
says: A Foundry account needs a subdomain

good: custom_subdomain_name = "aif-it"
bad:  custom_subdomain_name = "aif-it"
bad:  public_network_access = "disabled"
line: public_network_access = "disabled"
says: Did you mean "Disabled"?

good: custom_subdomain_name = "aif-it"
bad:  custom_subdomain_name = "aif-it"
bad:  agent_subnet_id = local.vnet
line: agent_subnet_id = local.vnet
says: virtualNetworks/…/subnets/…

good: custom_subdomain_name = "aif-it"
bad:  custom_subdomain_name = "aif-it"
bad:  agent_subnet_id = local.subnet
bad:  managed_network = true
line: managed_network = true
says: The agents have two networks

good: type = "SystemAssigned"
bad:  type = "UserAssigned"
line: identity {
says: The user-assigned identity is missing

good: custom_subdomain_name = "aif-it"
bad:  custom_subdomain_name = "aif-it"
bad:  network_acls {
bad:    default_action = "Deny"
bad:    ip_rules       = ["203.0.113.8/31"]
bad:  }
line: ip_rules
says: too small a range
"#,
    );
}

#[test]
fn invalid_foundry_project_arguments_are_errors() {
    are_refused(
        &[ACCOUNT, PROJECT].concat(),
        r#"
good: name                 = "speech"
bad:  name = "s"
says: 2 to 64 letters

good: cognitive_account_id = azureai_foundry_account.it.id
bad:  cognitive_account_id = local.vault
says: Microsoft.CognitiveServices/accounts
"#,
    );
}

/// Returns a world in which the account is deleted but its purge failed.
fn half_destroyed() -> World {
    let world = World::new();
    world.config(ACCOUNT);
    world.apply().creates(1);
    is_not_purged(&world);
    world
}

/// Removes the account from the configuration, and makes its purge fail.
fn is_not_purged(world: &World) {
    let denied = Fault::status(403, "AuthorizationFailed", "You may not purge.");
    world.cloud.fault(denied.method("DELETE").path("/deletedAccounts/").count(100));
    world.config("");
    let failed = world.apply().fails_with("Purging Foundry account \"aif-it\"");
    failed.says("is deleted, but not purged");
    assert!(!world.cloud.has(PATH));
    world.cloud.forget_faults();
}

#[test]
fn removed_account_stays_in_the_state_until_it_is_purged() {
    let world = half_destroyed();
    let before = sent(&world, "DELETE", "/deletedAccounts/aif-it");
    world.plan().destroys(1);
    world.apply().destroys(1);
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/aif-it"), before + 1);
    world.plan().is_quiet();
}

#[test]
fn account_added_again_before_its_purge_is_replaced() {
    let world = half_destroyed();
    world.config(ACCOUNT);
    world.plan().replaces(1).warns("is deleted, but its destroy has not ended");
    world.apply().replaces(1);
    world.plan().is_quiet();
    assert!(world.cloud.has(PATH));
}

#[test]
fn account_recreated_before_its_purge_shows_no_changes() {
    let world = World::new();
    world.config(ACCOUNT);
    world.apply().creates(1);
    let account = world.cloud.get(PATH).unwrap();
    is_not_purged(&world);
    world.cloud.put(PATH, &account);
    world.config(ACCOUNT);
    world.plan().is_quiet();
}
