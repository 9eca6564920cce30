//! Acceptance tests of imports of existing objects by IDs in any casing.

use crate::pieces;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";

fn other_endpoint() -> String {
    pieces::ENDPOINT.replace("\"hub\"", "\"other\"").replace("pe-hub", "pe-other")
}

/// Returns one resource of each kind, and a second endpoint for the zone group, so that the first
/// endpoint has no group.
fn configuration() -> String {
    let other = other_endpoint();
    let group = pieces::GROUP.replace("endpoint.hub.id", "endpoint.other.id");
    let flag = pieces::FLAG.replace("  on_destroy            = \"restore\"\n", "");
    [pieces::ZONE, pieces::LINK, pieces::ENDPOINT, &other, &group, &flag].concat()
}

/// Returns the addresses and the IDs in alternating upper and lower case.
fn in_odd_casing(world: &World) -> [(&'static str, String); 5] {
    pieces::where_each_is(&world.cloud)
        .map(|(address, id)| (address, pieces::odd_casing(&id.replace("pe-hub/", "pe-other/"))))
}

/// Returns a world with one object of each kind that the state does not have.
fn removed_from_state() -> World {
    let world = World::new();
    world.config(&configuration());
    world.apply().creates(6);
    for (address, _) in in_odd_casing(&world) {
        world.run(&["state", "rm", address]).succeeds();
    }
    world
}

#[test]
fn the_import_command_accepts_ids_in_any_casing() {
    let world = removed_from_state();
    for (address, id) in in_odd_casing(&world) {
        world.import(address, &id).succeeds();
    }
    world.plan().is_quiet();
    world.destroy().destroys(6);
}

#[test]
fn import_blocks_accept_ids_in_any_casing() {
    let world = removed_from_state();
    let mut hcl = configuration();
    for (address, id) in in_odd_casing(&world) {
        hcl.push_str(&format!("import {{\n  to = {address}\n  id = \"{id}/\"\n}}\n"));
    }
    world.config(&hcl);
    world.plan().imports(5).says("0 to add, 0 to change, 0 to destroy");
    world.apply().imports(5);
    world.plan().is_quiet();
    world.destroy().destroys(6);
}

#[test]
fn the_state_has_the_spelling_of_azure() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    world.run(&["state", "rm", ENDPOINT]).succeeds();
    let id = world.cloud.id(pieces::ENDPOINT_PATH);
    world.import(ENDPOINT, &pieces::odd_casing(&id)).succeeds();
    assert_eq!(world.attribute(ENDPOINT, "id"), id.as_str());
    assert_eq!(world.attribute(ENDPOINT, "name"), "pe-hub");
    assert_eq!(world.attribute(ENDPOINT, "resource_group_name"), "rg-ai");
}

#[test]
fn an_import_of_an_endpoint_includes_its_inline_group() {
    let world = World::new();
    let endpoint = pieces::endpoint_with(pieces::INLINE_GROUP);
    world.config(&[pieces::ZONE, &endpoint].concat());
    world.apply().creates(2);
    world.run(&["state", "rm", ENDPOINT]).succeeds();
    let id = world.cloud.id(pieces::ENDPOINT_PATH);
    world.import(ENDPOINT, &pieces::odd_casing(&id)).succeeds();
    world.plan().is_quiet();
}

/// An import does not see the configuration, so it cannot know which resource manages the group.
#[test]
fn a_separately_managed_group_survives_the_import_of_its_endpoint() {
    let world = World::new();
    world.config(&[pieces::ZONE, pieces::ENDPOINT, pieces::GROUP].concat());
    world.apply().creates(3);
    world.run(&["state", "rm", ENDPOINT]).succeeds();
    let id = world.cloud.id(pieces::ENDPOINT_PATH);
    world.import(ENDPOINT, &id).succeeds();
    world.apply().creates(0).replaces(0).destroys(0);
    assert!(world.cloud.has(&format!("{id}/privateDnsZoneGroups/default")), "it is still there");
    world.plan().is_quiet();
}

/// Before version 1.14, Terraform itself generates the configuration from the state.
#[test]
fn generated_configuration_matches_the_imported_objects() {
    let world = removed_from_state();
    // The state still has the second endpoint, so it stays in the configuration.
    let mut hcl = other_endpoint();
    for (address, id) in in_odd_casing(&world) {
        hcl.push_str(&format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}\n"));
    }
    world.config(&hcl);
    let generate = ["plan", "-input=false", "-generate-config-out=generated.tf", "-out=plan"];
    world.run(&generate).imports(5);
    world.run(&["apply", "-input=false", "plan"]).succeeds();
    world.plan().is_quiet();
}

/// Objects whose configuration is harder to generate: a project shows properties of its hub, and an
/// approval has two ways to select its connection.
const HARDER: &str = r#"
resource "azureai_workspace" "hub" {
  name                = "hub-it"
  resource_group_name = "rg-ai"
  location            = "eastus"
  storage_account_id  = local.storage
  key_vault_id        = local.vault
  identity {
    type = "SystemAssigned"
  }
}
resource "azureai_workspace" "project" {
  name                = "project-it"
  resource_group_name = "rg-ai"
  location            = "eastus"
  kind                = "Project"
  hub_id              = azureai_workspace.hub.id
}
resource "azureai_private_endpoint" "manual" {
  name                = "pe-manual"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet
  private_service_connection {
    name                           = "vault"
    is_manual_connection           = true
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }
}
resource "azureai_private_endpoint_connection_approval" "manual" {
  target_resource_id  = local.vault
  private_endpoint_id = azureai_private_endpoint.manual.id
}
resource "azureai_private_dns_zone" "soa" {
  name                = "corp.example"
  resource_group_name = "rg-ai"
  soa_record {
    email = "us.example.org"
    tags  = { a = "b" }
  }
}
resource "azureai_subnet_private_endpoint_policy" "subnet" {
  subnet_id                         = local.subnet
  private_endpoint_network_policies = "Enabled"
  depends_on                        = [azureai_private_endpoint.manual]
}
"#;

#[test]
fn generated_configuration_of_projects_and_approvals_is_valid() {
    let world = World::new();
    world.config(HARDER);
    world.apply().creates(6);
    let instances = world.instances();
    let import = |(address, id): &(String, String)| {
        format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}\n")
    };
    let imports: String = instances.iter().map(import).collect();
    std::fs::remove_file(world.path("terraform.tfstate")).unwrap();
    world.config(&imports);
    let generate = ["plan", "-input=false", "-generate-config-out=generated.tf", "-out=plan"];
    world.run(&generate).imports(6).says("0 to add, 0 to change, 0 to destroy");
    world.run(&["apply", "-input=false", "plan"]).succeeds();
    world.plan().is_quiet();
}

#[test]
fn a_missing_object_cannot_be_imported() {
    let world = World::new();
    world.config(pieces::ZONE);
    let id = world.cloud.id(pieces::ZONE_PATH);
    let address = "azureai_private_dns_zone.api";
    world.import(address, &id).fails_with("Cannot import non-existent remote object");
}

#[test]
fn an_invalid_id_is_rejected_with_an_example() {
    let world = World::new();
    world.config(pieces::ZONE);
    let address = "azureai_private_dns_zone.api";
    let example = "Microsoft.Network/privateDnsZones/";
    world.import(address, "privatelink.api.azureml.ms").fails_with(example);
    world.import(address, &world.cloud.id(pieces::ENDPOINT_PATH)).fails_with(example);
}
