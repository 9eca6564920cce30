//! azurerm's configurations of endpoints with zone groups, of many endpoints, and of AI Foundry,
//! which is a workspace in this provider.

use crate::azurerm_words::{Example, each_works};

const GROUPS: [Example; 4] = [
    (
        "an endpoint with names: storage, its zone and the zone's link",
        3,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "example-endpoint"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "example-privateserviceconnection"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "example-dns-zone-group"
    private_dns_zone_ids = [azureai_private_dns_zone.example.id]
  }
}
resource "azureai_private_dns_zone" "example" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "example" {
  name                = "example-link"
  private_dns_zone_id = azureai_private_dns_zone.example.id
  virtual_network_id  = local.vnet
}
locals { zone = azureai_private_endpoint.example.private_dns_zone_configs[0] }
output "group" { value = azureai_private_endpoint.example.private_dns_zone_group[0].id }
output "config" { value = [local.zone.id, local.zone.name, local.zone.private_dns_zone_id] }
output "records" { value = local.zone.record_sets }
output "fqdn" { value = local.zone.record_sets[0].fqdn }
output "addresses" { value = local.zone.record_sets[0].ip_addresses[0] }
"#,
    ),
    (
        "a workspace with both of its zones",
        3,
        r#"
resource "azureai_private_dns_zone" "hub" {
  count               = 2
  name                = "privatelink.${["api.azureml.ms", "notebooks.azure.net"][count.index]}"
  resource_group_name = "rg-ai"
}
resource "azureai_private_endpoint" "hub" {
  name                = "pe-workspace"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-workspace"
    private_connection_resource_id = local.workspace
    subresource_names              = ["amlworkspace"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = azureai_private_dns_zone.hub[*].id
  }
}
output "records" { value = azureai_private_endpoint.hub.private_dns_zone_configs[*].record_sets }
"#,
    ),
    (
        "an endpoint whose zone group a policy creates",
        1,
        r#"
resource "azureai_private_endpoint" "this" {
  name                = "pe-vault"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "pse-vault"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }

  lifecycle {
    ignore_changes = [private_dns_zone_group]
  }
}
"#,
    ),
    (
        "a zone group of some endpoints",
        3,
        r#"
variable "zones" {
  type    = map(list(string))
  default = { blob = ["privatelink.blob.core.windows.net"], dfs = [] }
}
resource "azureai_private_dns_zone" "this" {
  for_each            = toset(flatten(values(var.zones)))
  name                = each.value
  resource_group_name = "rg-ai"
}
resource "azureai_private_endpoint" "this" {
  for_each                      = var.zones
  name                          = "pe-${each.key}"
  location                      = local.place
  resource_group_name           = "rg-ai"
  subnet_id                     = local.subnet
  custom_network_interface_name = "nic-pe-${each.key}"
  tags                          = null

  private_service_connection {
    name                           = "pse-${each.key}"
    private_connection_resource_id = local.storage
    subresource_names              = [each.key]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = length(each.value) > 0 ? ["this"] : []
    content {
      name                 = "default"
      private_dns_zone_ids = [for name in each.value : azureai_private_dns_zone.this[name].id]
    }
  }

  dynamic "ip_configuration" {
    for_each = {}
    content {
      name               = ip_configuration.key
      private_ip_address = ip_configuration.value
    }
  }
}
output "interfaces" {
  value = { for key, it in azureai_private_endpoint.this : key => it.network_interface[0].name }
}
"#,
    ),
];

const MANY: [Example; 2] = [
    (
        "an endpoint for each service of an account",
        4,
        r#"
resource "azureai_private_endpoint" "storage" {
  for_each            = toset(["blob", "file", "queue", "table"])
  name                = "pe-storage-${each.key}"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-storage-${each.key}"
    private_connection_resource_id = local.storage
    subresource_names              = [each.key]
    is_manual_connection           = false
  }
}
output "addresses" {
  value = [
    for it in azureai_private_endpoint.storage : it.private_service_connection.0.private_ip_address
  ]
}
"#,
    ),
    (
        "two endpoints to one account, one after the other",
        2,
        r#"
resource "azureai_private_endpoint" "first" {
  name                = "acctest-privatelink-1"
  location            = "eastus"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "acctest-privatelink-psc"
    private_connection_resource_id = local.account
    subresource_names              = ["account"]
    is_manual_connection           = false
  }
}
resource "azureai_private_endpoint" "second" {
  name                = "acctest-privatelink-2"
  location            = azureai_private_endpoint.first.location
  resource_group_name = azureai_private_endpoint.first.resource_group_name
  subnet_id           = "${local.vnet}/subnets/snet-other"

  private_service_connection {
    name                           = "acctest-privatelink-psc"
    private_connection_resource_id = local.account
    subresource_names              = ["account"]
    is_manual_connection           = false
  }
}
"#,
    ),
];

const FOUNDRY: [Example; 3] = [
    (
        "a hub",
        1,
        r#"
resource "azureai_workspace" "example" {
  name                = "exampleaihub"
  location            = local.place
  resource_group_name = "rg-ai"
  storage_account_id  = local.storage
  key_vault_id        = local.vault

  identity {
    type = "SystemAssigned"
  }
}
output "hub" { value = azureai_workspace.example.workspace_id }
output "discovery" { value = azureai_workspace.example.discovery_url }
output "principal" { value = azureai_workspace.example.identity[0].principal_id }
output "tenant" { value = azureai_workspace.example.identity[0].tenant_id }
"#,
    ),
    (
        "a hub with every supported argument",
        1,
        r#"
resource "azureai_workspace" "test" {
  name                           = "acctestaihub-42"
  location                       = local.place
  resource_group_name            = "rg-ai"
  storage_account_id             = local.storage
  key_vault_id                   = local.vault
  application_insights_id        = local.insights
  container_registry_id          = local.registry
  description                    = "AI Hub created by Terraform"
  friendly_name                  = "AI Hub"
  high_business_impact_enabled   = true
  public_network_access          = "Disabled"

  managed_network {
    isolation_mode = "AllowOnlyApprovedOutbound"
  }

  identity {
    type = "SystemAssigned"
  }

  tags = {
    model = "regression"
  }
}
output "mode" { value = azureai_workspace.test.managed_network[0].isolation_mode }
"#,
    ),
    (
        "a project of a hub",
        2,
        r#"
resource "azureai_workspace" "example" {
  name                  = "exampleaihub"
  location              = local.place
  resource_group_name   = "rg-ai"
  storage_account_id    = local.storage
  key_vault_id          = local.vault
  public_network_access = "Enabled"

  identity {
    type = "SystemAssigned"
  }
}
resource "azureai_workspace" "project" {
  name                = "example"
  location            = azureai_workspace.example.location
  resource_group_name = "rg-ai"
  kind                = "Project"
  hub_id              = azureai_workspace.example.id
  description         = "AI Project created by Terraform"
  friendly_name       = "AI Project"

  identity {
    type = "SystemAssigned"
  }

  tags = {
    model = "regression"
  }
}
output "project" { value = azureai_workspace.project.workspace_id }
"#,
    ),
];

#[test]
fn zone_group_configurations_of_azurerm_work() {
    each_works(&GROUPS);
}

#[test]
fn configurations_of_many_endpoints_work() {
    each_works(&MANY);
}

#[test]
fn ai_foundry_configurations_of_azurerm_work() {
    each_works(&FOUNDRY);
}
