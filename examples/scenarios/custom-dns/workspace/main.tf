# DNS belongs to a central team. The workspace's team makes the endpoint without any zone group, and
# hands over the records that clients need:
#
#   terraform output -json records

terraform {
  required_version = ">= 1.5"

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
  description = "Subscription of the endpoint."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of the endpoint."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub)."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet from which the endpoint takes its addresses."
  type        = string
}

resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id
  dns_zone_group_mode = "none"

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = var.workspace_id
    subresource_names              = ["amlworkspace"]
  }
}

# Every name, those included that Azure does not list and that must resolve all the same: the
# wildcard of the workspace's online endpoints, for one.
output "records" {
  description = "What the central team needs."
  value       = azureai_private_endpoint.hub.dns_records
}
