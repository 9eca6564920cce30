//! azurerm's own words: configurations in the manner of its documentation and of its tests, with
//! the type's prefix changed. What already exists (resource groups, networks, targets) is named by
//! locals instead of being made.
//!
//! Each is applied, leaves nothing to do, has something in every output, is taken over by another
//! state as it stands, and goes away without a trace.

use serde_json::Value;

use crate::pieces;
use crate::world::World;

/// One configuration: what it is about, how many resources it has, and what it says.
pub type Example = (&'static str, usize, &'static str);

/// What exists, by the names that the examples use for it.
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

/// Tells the story of each.
pub fn each_works(examples: &[Example]) {
    each_works_and_shows(examples, "");
}

/// The same, with outputs that all of them have.
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
    every_output_says_something(name, &world);
    world.plan().is_quiet();
    is_taken_over(&world, resources, hcl.contains("timeouts {"));
    world.destroy().destroys(resources);
    world.cloud.is_as_it_was(&before);
}

/// A state that knows nothing of it imports all of it, by IDs that nobody would write so. Timeouts
/// alone are not in Azure: Terraform has them written into the state by an update.
fn is_taken_over(world: &World, resources: usize, timeouts: bool) {
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

fn every_output_says_something(name: &str, world: &World) {
    let state = world.state();
    for (output, told) in state["outputs"].as_object().into_iter().flatten() {
        let value = &told["value"];
        assert!(says_something(value), "{name}: output {output} is {value}");
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty() && list.iter().all(says_something),
        Value::Object(fields) => !fields.is_empty() && fields.values().all(says_something),
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
        "a zone with the whole start of authority",
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
        "a zone with no more of the start of authority than it needs",
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
        "a zone that is looked up",
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
fn zones() {
    each_works(&ZONES);
}
