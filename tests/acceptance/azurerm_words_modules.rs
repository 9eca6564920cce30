//! azurerm's configurations in modules: maps of optional settings, dynamic blocks, nulls, and each
//! endpoint twice, once for each owner of its zone group.

use crate::world::World;
use serde_json::json;

/// A module in the manner of Azure Verified Modules, with one interface for the endpoints of a
/// service.
const MODULE: &str = r#"
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}
variable "resource_group_name" { type = string }
variable "location" { type = string }
variable "target_id" { type = string }
variable "tags" {
  type    = map(string)
  default = null
}
variable "zone_groups_are_ours" {
  type    = bool
  default = true
}
variable "private_endpoints" {
  type = map(object({
    name                             = optional(string, null)
    tags                             = optional(map(string), null)
    subnet_resource_id               = string
    subresource_name                 = string
    private_dns_zone_group_name      = optional(string, "default")
    private_dns_zone_resource_ids    = optional(set(string), [])
    security_group_ids               = optional(map(string), {})
    connection_name                  = optional(string, null)
    network_interface_name           = optional(string, null)
    location                         = optional(string, null)
    resource_group_name              = optional(string, null)
    ip_configurations = optional(map(object({
      name               = string
      private_ip_address = string
      member_name        = optional(string)
    })), {})
  }))
  default  = {}
  nullable = false
}
locals {
  memberships = { for it in flatten([
    for endpoint, settings in var.private_endpoints : [
      for group, id in settings.security_group_ids :
      { key = "${endpoint}-${group}", endpoint = endpoint, id = id }
    ]
  ]) : it.key => it }
}
resource "azureai_private_endpoint_application_security_group_association" "this" {
  for_each = local.memberships

  application_security_group_id = each.value.id
  private_endpoint_id = try(
    azureai_private_endpoint.ours[each.value.endpoint].id,
    azureai_private_endpoint.theirs[each.value.endpoint].id,
  )
}
output "private_endpoints" {
  value = var.zone_groups_are_ours ? azureai_private_endpoint.ours : azureai_private_endpoint.theirs
}
"#;

/// Arguments that both endpoint resources of the module have.
const ENDPOINT: &str = r#"
  location                      = each.value.location != null ? each.value.location : var.location
  name                          = coalesce(each.value.name, "pe-${each.key}")
  resource_group_name           = coalesce(each.value.resource_group_name, var.resource_group_name)
  subnet_id                     = each.value.subnet_resource_id
  custom_network_interface_name = each.value.network_interface_name
  tags                          = each.value.tags == null ? var.tags : each.value.tags

  private_service_connection {
    is_manual_connection           = false
    name                           = coalesce(each.value.connection_name, "pse-${each.key}")
    private_connection_resource_id = var.target_id
    subresource_names              = [each.value.subresource_name]
  }
  dynamic "ip_configuration" {
    for_each = each.value.ip_configurations
    content {
      name               = ip_configuration.value.name
      private_ip_address = ip_configuration.value.private_ip_address
      member_name        = coalesce(ip_configuration.value.member_name, each.value.subresource_name)
      subresource_name   = each.value.subresource_name
    }
  }
"#;

const OURS: &str = r#"
  for_each = { for key, it in var.private_endpoints : key => it if var.zone_groups_are_ours }
  dynamic "private_dns_zone_group" {
    for_each = length(each.value.private_dns_zone_resource_ids) > 0 ? ["this"] : []
    content {
      name                 = each.value.private_dns_zone_group_name
      private_dns_zone_ids = each.value.private_dns_zone_resource_ids
    }
  }
"#;

const THEIRS: &str = r#"
  for_each = { for key, it in var.private_endpoints : key => it if !var.zone_groups_are_ours }
  lifecycle {
    ignore_changes = [private_dns_zone_group]
  }
"#;

const ROOT: &str = r#"
resource "azureai_private_dns_zone" "blob" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"
}
module "storage" {
  source              = "./storage"
  resource_group_name = "rg-ai"
  location            = "eastus"
  target_id           = local.storage
  tags                = { team = "ai" }
  private_endpoints = {
    blob = {
      subnet_resource_id            = local.subnet
      subresource_name              = "blob"
      private_dns_zone_resource_ids = [azureai_private_dns_zone.blob.id]
      security_group_ids            = { web = "${local.network}/applicationSecurityGroups/asg-ai" }
    }
    file = {
      name                   = "pe-of-files"
      subnet_resource_id     = local.subnet
      subresource_name       = "file"
      network_interface_name = "nic-of-files"
      tags                   = {}
      ip_configurations = {
        one = { name = "files", private_ip_address = "10.0.1.77" }
      }
    }
  }
}
output "addresses" {
  value = {
    for key, it in module.storage.private_endpoints :
    key => it.private_service_connection[0].private_ip_address
  }
}
"#;

fn world() -> World {
    let world = World::new();
    let half = |name: &str, own: &str| {
        format!("resource \"azureai_private_endpoint\" \"{name}\" {{{ENDPOINT}{own}}}\n")
    };
    let module = [MODULE, &half("ours", OURS), &half("theirs", THEIRS)].concat();
    world.file("storage/main.tf", &module).config(ROOT);
    world.run(&["get"]).succeeds();
    world
}

#[test]
fn endpoint_module_applies_and_updates() {
    let world = world();
    world.apply().creates(4);
    world.plan().is_quiet();
    assert_eq!(world.state()["outputs"]["addresses"]["value"]["file"], json!("10.0.1.77"));
    world.config(&ROOT.replace("tags                   = {}", ""));
    world.apply().updates(1).replaces(0);
    world.plan().is_quiet();
    let zones = "      private_dns_zone_resource_ids = [azureai_private_dns_zone.blob.id]\n";
    world.config(&ROOT.replace(zones, ""));
    world.apply().replaces(0);
    world.plan().is_quiet();
    world.destroy().destroys(4);
}

/// The module's other endpoint resource adopts the endpoint by `moved` and does not change its zone
/// group.
#[test]
fn endpoint_module_hands_over_its_zone_groups() {
    let world = world();
    world.apply().creates(4);
    let moved: String = ["blob", "file"]
        .map(|key| {
            let endpoint = "module.storage.azureai_private_endpoint";
            let at = |half: &str| format!("{endpoint}.{half}[\"{key}\"]");
            format!("moved {{\n  from = {}\n  to = {}\n}}\n", at("ours"), at("theirs"))
        })
        .concat();
    let theirs =
        ROOT.replace("tags                = {", "zone_groups_are_ours = false\n  tags = {");
    world.config(&[theirs.as_str(), &moved].concat());
    world.apply().creates(0).replaces(0).destroys(0);
    world.plan().is_quiet();
    let group = "Microsoft.Network/privateEndpoints/pe-blob/privateDnsZoneGroups/default";
    assert!(world.cloud.has(group), "it is still there");
}
