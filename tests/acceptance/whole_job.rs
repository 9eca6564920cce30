//! Acceptance tests of the provider's main purpose: a workspace behind private link, from nothing
//! and back.

use serde_json::json;

use crate::diagrams;
use crate::pieces;
use crate::world::World;

const SCENARIO: &str = "examples/scenarios/private-workspace";

fn scenario() -> World {
    let mut world = World::new();
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let workspace = world.cloud.id(pieces::WORKSPACE_PATH);
    let subscription = world.cloud.subscription();
    world
        .set("TF_VAR_subscription_id", &subscription)
        .set("TF_VAR_resource_group_name", "rg-ai")
        .set("TF_VAR_workspace_id", &workspace)
        .set("TF_VAR_virtual_network_id", &network)
        .set("TF_VAR_subnet_id", &format!("{network}/subnets/snet-pe"));
    world.copy(SCENARIO);
    world
}

#[test]
fn a_workspace_becomes_private_and_public_again() {
    let world = scenario();
    let before = world.cloud.everything();
    world.validate().succeeds();
    world.apply().creates(6);
    world.plan().is_quiet();
    // The zone group has written records into the zones since Terraform created them.
    world.run(&["apply", "-refresh-only", "-input=false", "-auto-approve"]).succeeds();
    // Some versions of Terraform exit with 2 here, although they find no changes.
    world.refresh_only().succeeds().says("No changes.");

    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    assert_eq!(hub["properties"]["publicNetworkAccess"], "Disabled");
    let endpoint = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
    let connection = &endpoint["properties"]["privateLinkServiceConnections"][0]["properties"];
    assert_eq!(connection["privateLinkServiceConnectionState"]["status"], "Approved");
    let records = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A");
    assert!(records.len() >= 3, "a workspace has at least three names: {records:?}");
    let scenario = "examples/scenarios/private-workspace/README.md";
    for page in [scenario, "docs/guides/network-isolation-posture.md"] {
        diagrams::page_shows(page, &world, pieces::WORKSPACE_PATH);
    }

    world.destroy().destroys(6);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn the_state_has_every_address_and_record_of_the_endpoint() {
    let world = scenario();
    world.apply().succeeds();
    let endpoint = "azureai_private_endpoint.hub";
    let addresses = world.attribute(endpoint, "private_ip_addresses");
    let addresses = addresses.as_array().unwrap();
    assert_eq!(addresses.len(), 3);
    assert!(addresses.iter().all(|address| address.as_str().unwrap().starts_with("10.0.1.")));
    assert_eq!(world.attribute(endpoint, "connection_status"), "Approved");
    assert_eq!(world.attribute(endpoint, "private_service_connection.0.status"), "Approved");
    assert_eq!(
        world.attribute(endpoint, "private_service_connection.0.private_ip_address"),
        addresses[0]
    );
    let records = world.attribute(endpoint, "dns_records");
    assert!(records.as_array().is_some_and(|records| !records.is_empty()));
}

#[test]
fn a_saved_plan_is_applied_as_planned() {
    let world = World::new();
    world.config(&pieces::one_of_each());
    world.run(&["plan", "-input=false", "-out=saved"]).creates(5);
    world.run(&["show", "-json", "saved"]).says("azureai_private_endpoint.hub");
    world.run(&["apply", "-input=false", "saved"]).succeeds().says("5 added");
    world.plan().is_quiet();
    world.destroy().destroys(5);
}

#[test]
fn the_data_source_of_a_hub_has_its_default_resources() {
    let world = World::new();
    world.config(r#"data "azureai_workspace" "hub" { id = local.workspace }"#);
    world.apply().succeeds();
    let of = |path: &str| world.attribute("data.azureai_workspace.hub", path);
    assert_eq!(of("kind"), "Hub");
    assert_eq!(of("location"), "eastus");
    assert_eq!(of("public_network_access"), "Enabled");
    assert_eq!(of("workspace_id").as_str().map(str::len), Some(36));
    let storage = of("default_resources.storage_account_id");
    assert!(storage.as_str().unwrap().ends_with("/airefstorage"));
    let services = of("default_resources.ai_services_ids.0");
    assert!(services.as_str().unwrap().ends_with("/airef-services"));
    let search = of("default_resources.search_service_ids.0");
    assert!(search.as_str().unwrap().ends_with("/airef-search"));
}

#[test]
fn the_data_source_of_a_project_has_its_hub() {
    let world = World::new();
    world.config(
        r#"data "azureai_workspace" "project" {
  id = replace(local.workspace, "airef-hub", "airef-project")
}"#,
    );
    world.apply().succeeds();
    let of = |path: &str| world.attribute("data.azureai_workspace.project", path);
    assert_eq!(of("kind"), "Project");
    assert!(of("hub_id").as_str().unwrap().ends_with("/airef-hub"));
}

#[test]
fn for_each_count_modules_and_two_provider_configurations_work_together() {
    let mut world = World::new();
    let secret = world.cloud.client_secret();
    let provider = format!(
        r#"
provider "azureai" {{}}

provider "azureai" {{
  alias         = "second"
  client_secret = "{secret}"
}}
"#
    );
    world.file(
        "network/main.tf",
        r#"
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}
variable "zone_name" { type = string }
resource "azureai_private_dns_zone" "this" {
  name                = var.zone_name
  resource_group_name = "rg-ai"
}
output "id" { value = azureai_private_dns_zone.this.id }
"#,
    );
    world.config_with_provider(
        &provider,
        r#"
module "network" {
  source    = "./network"
  for_each  = { first = "one.example.org", second = "two.example.org" }
  zone_name = each.value
  providers = { azureai = azureai.second }
}
resource "azureai_private_dns_zone_virtual_network_link" "each" {
  for_each            = module.network
  name                = "link-${each.key}"
  private_dns_zone_id = each.value.id
  virtual_network_id  = local.vnet
}
resource "azureai_private_dns_zone" "counted" {
  count               = 2
  name                = "n${count.index}.example.org"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone" "set" {
  for_each            = toset(["a.example.org", "b.example.org"])
  name                = each.key
  resource_group_name = "rg-ai"
}
"#,
    );
    world.run(&["get"]).succeeds();
    world.apply().creates(8);
    world.plan().is_quiet();
    let second = world.instance("azureai_private_dns_zone.counted[1]");
    assert_eq!(second["attributes"]["name"], json!("n1.example.org"));
    // The first provider configuration needs the secret of the environment.
    world.unset("ARM_CLIENT_SECRET");
    world.plan().fails_with("client_secret");
}
