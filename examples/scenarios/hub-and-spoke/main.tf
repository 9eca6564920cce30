# The network team keeps the private DNS zones in its own subscription, linked to its hub network. The
# spoke team finds the zones by name, and links its own network if the hub's DNS does not serve it. One
# provider configuration serves both subscriptions, because every ID names its subscription.

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
  description = "GUID of the spoke's subscription."
  type        = string
}

variable "connectivity_subscription_id" {
  description = "GUID of the network team's subscription, which has the zones."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub)."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the endpoint takes its addresses from."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of the endpoint."
  type        = string
}

variable "link_virtual_network_id" {
  description = "Resource ID of a virtual network to link to the zones. Null if the hub's DNS serves it."
  type        = string
  default     = null
}

# Each name must exist exactly once. If two zones have one name, the error lists both.
data "azureai_private_dns_zones" "shared" {
  subscription_ids = [var.connectivity_subscription_id]
  names = provider::azureai::private_dns_zone_names(
    "Microsoft.MachineLearningServices/workspaces", "amlworkspace", "public",
  )
}

# Needs the role Private DNS Zone Contributor on the zones.
resource "azureai_private_dns_zone_virtual_network_link" "spoke" {
  for_each = var.link_virtual_network_id == null ? {} : data.azureai_private_dns_zones.shared.ids

  name                = "link-${element(split("/", var.link_virtual_network_id), -1)}"
  private_dns_zone_id = each.value
  virtual_network_id  = var.link_virtual_network_id
}

# Needs only the action `Microsoft.Network/privateDnsZones/join/action` on the zones, because Azure
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
  description = "Resource IDs of the zones that have the records of the endpoint, by their names."
  value       = data.azureai_private_dns_zones.shared.ids
}
