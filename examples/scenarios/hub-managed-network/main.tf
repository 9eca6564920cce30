terraform {
  required_version = ">= 1.8"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# Credentials come from the environment: ARM_TENANT_ID, ARM_CLIENT_ID and the like.
provider "azureai" {
  subscription_id = var.subscription_id
}

locals {
  type = "Microsoft.MachineLearningServices/workspaces"
  # The two zones of a workspace.
  zone_names = toset(provider::azureai::private_dns_zone_names(local.type, "amlworkspace", "public"))

  # What the computers of the hub reach privately, beside what the hub itself stands on.
  targets = {
    services = ["account", var.ai_services_account_id]
    search   = ["searchService", var.search_service_id]
  }
}

# The hub is private from its first minute.
resource "azureai_workspace" "hub" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
  storage_account_id  = var.storage_account_id
  key_vault_id        = var.key_vault_id

  identity {
    type = "SystemAssigned"
  }
}

# Its computers reach what outbound rules allow, and nothing else. Azure adds the rules to the hub's own
# storage account, key vault and to itself. The network is provisioned now, and not with the first computer.
resource "azureai_managed_network" "hub" {
  parent_id      = azureai_workspace.hub.id
  isolation_mode = "AllowOnlyApprovedOutbound"
  provision      = true
}

# Each rule approves its own connection, which takes the right to approve on the target. Without
# `approve`, the hub's identity needs the role Azure AI Enterprise Network Connection Approver there.
resource "azureai_managed_network_outbound_rule" "target" {
  for_each = local.targets

  name                = each.key
  parent_id           = azureai_managed_network.hub.parent_id
  service_resource_id = each.value[1]
  sub_resource_target = each.value[0]
  approve             = true
}

# What the computers may install. A rule for a name makes Azure run a firewall, which it bills.
resource "azureai_managed_network_outbound_rule" "packages" {
  for_each = var.package_hosts

  name             = trim(replace(each.value, "/[^a-zA-Z0-9]+/", "-"), "-")
  parent_id        = azureai_managed_network.hub.parent_id
  destination_fqdn = each.value
}

# The way in: a private endpoint in your own network, with its two zones.
resource "azureai_private_dns_zone" "hub" {
  for_each = local.zone_names

  name                = each.value
  resource_group_name = var.resource_group_name
}

resource "azureai_private_dns_zone_virtual_network_link" "hub" {
  for_each = azureai_private_dns_zone.hub

  name                = "link-${element(split("/", var.virtual_network_id), -1)}"
  private_dns_zone_id = each.value.id
  virtual_network_id  = var.virtual_network_id
}

resource "azureai_private_endpoint" "hub" {
  name                = "pe-${var.name}"
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = azureai_workspace.hub.id
    subresource_names              = ["amlworkspace"]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for zone in azureai_private_dns_zone.hub : zone.id]
  }
}
