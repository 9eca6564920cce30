//! What already exists is taken over, however its ID is spelt.

use crate::pieces;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";

fn other_endpoint() -> String {
    pieces::ENDPOINT.replace("\"hub\"", "\"other\"").replace("pe-hub", "pe-other")
}

/// An endpoint of its own for the zone group, so that the other one has none.
fn configuration() -> String {
    let other = other_endpoint();
    let group = pieces::GROUP.replace("endpoint.hub.id", "endpoint.other.id");
    let flag = pieces::FLAG.replace("  on_destroy            = \"restore\"\n", "");
    [pieces::ZONE, pieces::LINK, pieces::ENDPOINT, &other, &group, &flag].concat()
}

/// Addresses and IDs in a casing that nobody would choose.
fn oddly(world: &World) -> [(&'static str, String); 5] {
    pieces::where_each_is(&world.cloud)
        .map(|(address, id)| (address, pieces::odd_casing(&id.replace("pe-hub/", "pe-other/"))))
}

/// A world in which one of each exists and Terraform has forgotten them.
fn forgotten() -> World {
    let world = World::new();
    world.config(&configuration());
    world.apply().creates(6);
    for (address, _) in oddly(&world) {
        world.run(&["state", "rm", address]).succeeds();
    }
    world
}

#[test]
fn by_command_in_odd_casing() {
    let world = forgotten();
    for (address, id) in oddly(&world) {
        world.import(address, &id).succeeds();
    }
    world.plan().is_quiet();
    world.destroy().destroys(6);
}

#[test]
fn by_block_in_odd_casing() {
    let world = forgotten();
    let mut hcl = configuration();
    for (address, id) in oddly(&world) {
        hcl.push_str(&format!("import {{\n  to = {address}\n  id = \"{id}/\"\n}}\n"));
    }
    world.config(&hcl);
    world.plan().imports(5).says("0 to add, 0 to change, 0 to destroy");
    world.apply().imports(5);
    world.plan().is_quiet();
    world.destroy().destroys(6);
}

#[test]
fn what_azure_calls_it_is_recorded() {
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
fn an_endpoint_with_an_inline_group_is_taken_over_whole() {
    let world = World::new();
    let endpoint = pieces::endpoint_with(pieces::INLINE_GROUP);
    world.config(&[pieces::ZONE, &endpoint].concat());
    world.apply().creates(2);
    world.run(&["state", "rm", ENDPOINT]).succeeds();
    let id = world.cloud.id(pieces::ENDPOINT_PATH);
    world.import(ENDPOINT, &pieces::odd_casing(&id)).succeeds();
    world.plan().is_quiet();
}

/// Import knows nothing of the configuration, so it cannot tell whose group it finds.
#[test]
fn a_group_that_is_managed_on_its_own_survives_the_import_of_its_endpoint() {
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

/// Terraform before 1.14 writes the configuration itself, out of the state.
#[test]
fn by_block_with_generated_configuration() {
    let world = forgotten();
    // What Terraform has not forgotten stays configured.
    let mut hcl = other_endpoint();
    for (address, id) in oddly(&world) {
        hcl.push_str(&format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}\n"));
    }
    world.config(&hcl);
    let generate = ["plan", "-input=false", "-generate-config-out=generated.tf", "-out=plan"];
    world.run(&generate).imports(5);
    world.run(&["apply", "-input=false", "plan"]).succeeds();
    world.plan().is_quiet();
}

/// What a hub has, its project shows too, and an approval has two names.
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
fn by_block_with_generated_configuration_of_what_is_harder() {
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
fn what_does_not_exist_cannot_be_taken_over() {
    let world = World::new();
    world.config(pieces::ZONE);
    let id = world.cloud.id(pieces::ZONE_PATH);
    let address = "azureai_private_dns_zone.api";
    world.import(address, &id).fails_with("Cannot import non-existent remote object");
}

#[test]
fn an_id_that_is_none_or_of_another_type_is_refused_with_an_example() {
    let world = World::new();
    world.config(pieces::ZONE);
    let address = "azureai_private_dns_zone.api";
    let example = "Microsoft.Network/privateDnsZones/";
    world.import(address, "privatelink.api.azureml.ms").fails_with(example);
    world.import(address, &world.cloud.id(pieces::ENDPOINT_PATH)).fails_with(example);
}
