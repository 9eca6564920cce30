# The network team keeps the private DNS zones in a subscription of its own, linked to its hub
# network. The spoke's team finds them by name, and links its own network where the hub's DNS does
# not serve it. One provider configuration serves both subscriptions: every ID carries its own.

terraform {
  required_version = ">= 1.8"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

provider "azureai" {
  subscription_id = var.subscription_id
}

variable "subscription_id" {
  description = "The spoke's subscription."
  type        = string
}

variable "connectivity_subscription_id" {
  description = "The network team's subscription, which has the zones."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub)."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the spoke's subnet for endpoints."
  type        = string
}

variable "resource_group_name" {
  description = "The spoke's resource group."
  type        = string
}

variable "link_virtual_network_id" {
  description = "Resource ID of a network to link to the zones; null where the hub's DNS serves it."
  type        = string
  default     = null
}

# Each name must be there exactly once: two zones of one name are an error that lists both.
data "azureai_private_dns_zones" "shared" {
  subscription_ids = [var.connectivity_subscription_id]
  names = provider::azureai::private_dns_zone_names(
    "Microsoft.MachineLearningServices/workspaces", "amlworkspace", "public",
  )
}

# Needs "Private DNS Zone Contributor" on the zones.
resource "azureai_private_dns_zone_virtual_network_link" "spoke" {
  for_each = var.link_virtual_network_id == null ? {} : data.azureai_private_dns_zones.shared.ids

  name                = "link-${element(split("/", var.link_virtual_network_id), -1)}"
  private_dns_zone_id = each.value
  virtual_network_id  = var.link_virtual_network_id
}

# Needs `Microsoft.Network/privateDnsZones/join/action` on the zones, and nothing else there: Azure
# writes the records.
resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = var.workspace_id
    subresource_names              = ["amlworkspace"]
  }

  private_dns_zone_group {
    name                 = "shared"
    private_dns_zone_ids = values(data.azureai_private_dns_zones.shared.ids)
  }
}

output "zone_ids" {
  description = "Where the records are."
  value       = data.azureai_private_dns_zones.shared.ids
}
