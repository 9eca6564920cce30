//! Configurations of azurerm before version 5, which name a zone by its name and resource group.

use crate::azurerm_words::{Example, each_works};
use crate::bad_input::are_refused;
use crate::world::World;
use serde_json::json;

const NAMED: [Example; 5] = [
    (
        "a link of a zone by its name",
        2,
        r#"
resource "azureai_private_dns_zone" "example" {
  name                = "contoso.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "example" {
  name                  = "to-the-network"
  resource_group_name   = "rg-ai"
  private_dns_zone_name = azureai_private_dns_zone.example.name
  virtual_network_id    = local.vnet
}
output "link" { value = azureai_private_dns_zone_virtual_network_link.example.id }
output "zone" { value = azureai_private_dns_zone_virtual_network_link.example.private_dns_zone_id }
"#,
    ),
    (
        "a link with every argument",
        2,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "contoso.internal"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "test" {
  name                  = "to.the.network"
  private_dns_zone_name = azureai_private_dns_zone.test.name
  resource_group_name   = azureai_private_dns_zone.test.resource_group_name
  virtual_network_id    = local.vnet
  registration_enabled  = true

  tags = {
    department = "Networks"
  }
}
output "tags" { value = azureai_private_dns_zone_virtual_network_link.test.tags }
"#,
    ),
    (
        "a record of a zone by its name",
        2,
        r#"
resource "azureai_private_dns_zone" "example" {
  name                = "contoso.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_a_record" "example" {
  name                = "server"
  zone_name           = azureai_private_dns_zone.example.name
  resource_group_name = "rg-ai"
  ttl                 = 300
  records             = ["10.0.200.4"]
}
output "name" { value = azureai_private_dns_a_record.example.fqdn }
"#,
    ),
    (
        "storage with its zone, the zone's link, and a record for another address",
        4,
        r#"
resource "azureai_private_dns_zone" "blob" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "blob" {
  name                  = "blob"
  resource_group_name   = "rg-ai"
  private_dns_zone_name = azureai_private_dns_zone.blob.name
  virtual_network_id    = local.vnet
}
resource "azureai_private_endpoint" "blob" {
  name                = "pe-blob"
  location            = "eastus"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-blob"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "blob"
    private_dns_zone_ids = [azureai_private_dns_zone.blob.id]
  }
}
resource "azureai_private_dns_a_record" "other" {
  name                = "another"
  zone_name           = "privatelink.blob.core.windows.net"
  resource_group_name = upper("rg-ai")
  ttl                 = 300
  depends_on          = [azureai_private_dns_zone.blob]
  records = [
    azureai_private_endpoint.blob.private_service_connection.0.private_ip_address
  ]
}
output "records" { value = azureai_private_endpoint.blob.private_dns_zone_configs.0.record_sets.0 }
"#,
    ),
    (
        "links of a list of zones to one network",
        4,
        r#"
variable "zones" {
  default = ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"]
}
resource "azureai_private_dns_zone" "each" {
  count               = length(var.zones)
  name                = var.zones[count.index]
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "each" {
  count                 = length(var.zones)
  name                  = "link-${count.index}"
  resource_group_name   = "rg-ai"
  private_dns_zone_name = element(azureai_private_dns_zone.each.*.name, count.index)
  virtual_network_id    = local.vnet
}
output "links" { value = azureai_private_dns_zone_virtual_network_link.each.*.id }
"#,
    ),
];

#[test]
fn configurations_with_zone_names_of_azurerm_4_work() {
    each_works(&NAMED);
}

const BOTH: &str = r#"
resource "azureai_private_dns_zone" "it" {
  name                = "corp.example.org"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "it" {
  name                  = "link"
  private_dns_zone_name = azureai_private_dns_zone.it.name
  resource_group_name   = azureai_private_dns_zone.it.resource_group_name
  virtual_network_id    = local.vnet
}
resource "azureai_private_dns_a_record" "it" {
  name                = "www"
  zone_name           = azureai_private_dns_zone.it.name
  resource_group_name = azureai_private_dns_zone.it.resource_group_name
  ttl                 = 60
  records             = ["10.0.1.5"]
}
"#;

/// Returns the configuration after the upgrade to azurerm 5, as azurerm's upgrade guide describes
/// it.
fn by_id() -> String {
    let lines = BOTH.lines().filter(|line| !line.ends_with("azureai_private_dns_zone.it.name"));
    let lines: Vec<&str> = lines.collect();
    let id = "private_dns_zone_id = azureai_private_dns_zone.it.id";
    let group = "resource_group_name   = azureai_private_dns_zone.it.resource_group_name";
    lines.join("\n").replace(group, id).replace(&group.replacen("   ", " ", 1), id)
}

#[test]
fn zone_id_instead_of_zone_name_shows_no_changes() {
    let world = World::new();
    world.config(BOTH);
    world.apply().creates(3);
    world.config(&by_id());
    world.plan().is_quiet();
    world.config(BOTH);
    world.plan().is_quiet();
    let link = "azureai_private_dns_zone_virtual_network_link.it";
    let zone = world.attribute("azureai_private_dns_zone.it", "id");
    assert_eq!(world.attribute(link, "private_dns_zone_id"), zone);
    assert_eq!(world.attribute(link, "private_dns_zone_name"), "corp.example.org");
    assert_eq!(world.attribute(link, "resource_group_name"), json!("rg-ai"));
}

#[test]
fn change_of_the_zone_name_or_group_replaces_its_children() {
    let world = World::new();
    world.cloud.put_group("rg-two");
    world.config(BOTH);
    world.apply().creates(3);
    world.config(&BOTH.replace("corp.example.org", "two.example.org"));
    world.apply().replaces(3);
    world.plan().is_quiet();
    world.config(&BOTH.replace("\"rg-ai\"", "\"rg-two\""));
    world.apply().replaces(3);
    world.plan().is_quiet();
    world.destroy().destroys(3);
}

#[test]
fn conflicting_or_missing_zone_names_are_errors() {
    are_refused(
        BOTH,
        r#"
good: private_dns_zone_name = azureai_private_dns_zone.it.name
bad:  private_dns_zone_name = "corp.example.org"
bad:  private_dns_zone_id   = "${local.network}/privateDnsZones/two.example.org"
says: The attributes identify two zones

good: private_dns_zone_name = azureai_private_dns_zone.it.name
bad:  # none
line: resource "azureai_private_dns_zone_virtual_network_link" "it" {
says: The zone's name is missing

good: zone_name           = azureai_private_dns_zone.it.name
bad:  zone_name = "corp.example.org."
says: without a dot at the end
"#,
    );
}
