//! Configurations in the manner of azurerm's documentation and tests, with the prefix of the
//! resource types changed. Locals name the resources that already exist (resource groups, networks,
//! targets).
//!
//! Each configuration is applied, has a value in every output, plans no changes, is imported into
//! an empty state, and is destroyed without leaving a resource.

use serde_json::Value;

use crate::pieces;
use crate::world::World;

/// A configuration: its title, the number of its resources, and its HCL.
pub type Example = (&'static str, usize, &'static str);

/// Locals for existing resources, by the names that the examples use.
const THERE: &str = r#"
locals {
  place    = "East US"
  asg      = "${local.network}/applicationSecurityGroups/asg-ai"
  registry = "${local.group}/providers/Microsoft.ContainerRegistry/registries/airefacr"
  insights = "${local.group}/providers/Microsoft.Insights/components/airef-insights"
  account  = "${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-services"
  search   = "${local.group}/providers/Microsoft.Search/searchServices/airef-search"
}
"#;

/// Asserts that every configuration works.
pub fn each_works(examples: &[Example]) {
    each_works_and_shows(examples, "");
}

/// Asserts that every configuration works with these outputs added.
pub fn each_works_and_shows(examples: &[Example], outputs: &str) {
    for (name, resources, hcl) in examples {
        works(name, *resources, &format!("{hcl}{outputs}"));
    }
}

fn works(name: &str, resources: usize, hcl: &str) {
    let world = World::new();
    let before = world.cloud.everything();
    world.config(&format!("# {name}\n{THERE}\n{hcl}"));
    world.validate().succeeds();
    world.apply().creates(resources);
    every_output_has_a_value(name, &world);
    world.plan().is_quiet();
    is_imported(&world, resources, hcl.contains("timeouts {"));
    world.destroy().destroys(resources);
    world.cloud.is_as_it_was(&before);
}

/// Asserts that an empty state imports all resources, by IDs in odd casing. Timeouts are not in
/// Azure, so an update writes them to the state.
fn is_imported(world: &World, resources: usize, timeouts: bool) {
    let imports = world.instances().into_iter().map(|(address, id)| {
        let id = pieces::odd_casing(&id);
        format!("import {{\n  to = {address}\n  id = \"{id}\"\n}}\n")
    });
    let imports: String = imports.collect();
    world.forget_everything();
    world.file("imports.tf", &imports);
    let changed = if timeouts { 1 } else { 0 };
    let done = format!("0 added, {changed} changed, 0 destroyed");
    world.apply().imports(resources).says(&done);
}

fn every_output_has_a_value(name: &str, world: &World) {
    let state = world.state();
    for (output, found) in state["outputs"].as_object().into_iter().flatten() {
        let value = &found["value"];
        assert!(has_a_value(value), "{name}: output {output} is {value}");
    }
}

fn has_a_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty() && list.iter().all(has_a_value),
        Value::Object(fields) => !fields.is_empty() && fields.values().all(has_a_value),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

const ZONES: [Example; 7] = [
    (
        "a zone",
        1,
        r#"
resource "azureai_private_dns_zone" "example" {
  name                = "mydomain.com"
  resource_group_name = "rg-ai"
}
output "limits" {
  value = [
    azureai_private_dns_zone.example.number_of_record_sets,
    azureai_private_dns_zone.example.max_number_of_record_sets,
    azureai_private_dns_zone.example.max_number_of_virtual_network_links,
    azureai_private_dns_zone.example.max_number_of_virtual_network_links_with_registration,
  ]
}
"#,
    ),
    (
        "a zone with tags",
        1,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.com"
  resource_group_name = "rg-ai"

  tags = {
    environment = "Production"
    cost_center = "MSFT"
  }
}
output "tags" { value = azureai_private_dns_zone.test.tags }
"#,
    ),
    (
        "a zone with a complete SOA record",
        1,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.com"
  resource_group_name = "rg-ai"

  soa_record {
    email        = "testemail.com"
    expire_time  = 2419200
    minimum_ttl  = 200
    refresh_time = 2600
    retry_time   = 200
    ttl          = 100

    tags = {
      ENv = "Test"
    }
  }
}
output "soa" { value = azureai_private_dns_zone.test.soa_record[0].fqdn }
output "host" { value = azureai_private_dns_zone.test.soa_record[0].host_name }
output "serial" { value = azureai_private_dns_zone.test.soa_record[0].serial_number }
"#,
    ),
    (
        "a zone with the required part of an SOA record",
        1,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.com"
  resource_group_name = "rg-ai"

  soa_record {
    email = "testemail.com"
  }
}
output "ttl" { value = azureai_private_dns_zone.test.soa_record[0].ttl }
"#,
    ),
    (
        "a zone with timeouts",
        1,
        r#"
resource "azureai_private_dns_zone" "example" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"

  timeouts {
    create = "30m"
    read   = "5m"
    update = "30m"
    delete = "30m"
  }
}
"#,
    ),
    (
        "a zone with its data source",
        1,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.internal"
  resource_group_name = "rg-ai"
  tags                = { hello = "world" }
}
data "azureai_private_dns_zone" "test" {
  name                = azureai_private_dns_zone.test.name
  resource_group_name = azureai_private_dns_zone.test.resource_group_name
}
data "azureai_private_dns_zone" "anywhere" {
  name       = azureai_private_dns_zone.test.name
  depends_on = [azureai_private_dns_zone.test]
}
output "private_dns_zone_id" { value = data.azureai_private_dns_zone.test.id }
output "group" { value = data.azureai_private_dns_zone.anywhere.resource_group_name }
output "tags" { value = data.azureai_private_dns_zone.test.tags }
output "most" { value = data.azureai_private_dns_zone.test.max_number_of_record_sets }
"#,
    ),
    (
        "several zones from a set",
        3,
        r#"
resource "azureai_private_dns_zone" "example" {
  for_each = toset([
    "privatelink.api.azureml.ms",
    "privatelink.notebooks.azure.net",
    "privatelink.vaultcore.azure.net",
  ])
  name                = each.value
  resource_group_name = "rg-ai"
}
output "ids" { value = { for name, zone in azureai_private_dns_zone.example : name => zone.id } }
"#,
    ),
];

#[test]
fn zone_configurations_of_azurerm_work() {
    each_works(&ZONES);
}
