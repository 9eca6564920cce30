terraform {
  required_version = ">= 1.8"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# The credentials come from the environment: ARM_TENANT_ID, ARM_CLIENT_ID, and others.
provider "azureai" {
  subscription_id = var.subscription_id
}

locals {
  type = "Microsoft.MachineLearningServices/workspaces"
  # The two zones of a hub.
  zone_names = toset(provider::azureai::private_dns_zone_names(local.type, "amlworkspace", "public"))

  # Targets that compute reaches privately, in addition to the hub's own resources.
  targets = {
    services = ["account", var.ai_services_account_id]
    search   = ["searchService", var.search_service_id]
  }
}

# The hub is private from the first request.
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

# Compute can reach only the targets of outbound rules. Azure adds the rules to the hub itself and to its
# storage account and key vault. The network is provisioned now instead of with the first compute.
resource "azureai_managed_network" "hub" {
  parent_id      = azureai_workspace.hub.id
  isolation_mode = "AllowOnlyApprovedOutbound"
  provision      = true
}

# Each rule approves its own connection, which needs the right to approve on the target. Without `approve`,
# the hub's identity needs the role Azure AI Enterprise Network Connection Approver on the target.
resource "azureai_managed_network_outbound_rule" "target" {
  for_each = local.targets

  name                = each.key
  parent_id           = azureai_managed_network.hub.parent_id
  service_resource_id = each.value[1]
  sub_resource_target = each.value[0]
  approve             = true
}

# Hosts that compute installs packages from. A rule for a name makes Azure run a firewall, which it bills.
resource "azureai_managed_network_outbound_rule" "packages" {
  for_each = var.package_hosts

  name             = trim(replace(each.value, "/[^a-zA-Z0-9]+/", "-"), "-")
  parent_id        = azureai_managed_network.hub.parent_id
  destination_fqdn = each.value
}

# Inbound access: a private endpoint in your network, with its two zones.
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
