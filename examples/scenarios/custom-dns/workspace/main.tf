# A central team manages DNS. The workspace team creates the endpoint without a zone group, and passes on
# the records that clients need:
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
  description = "GUID of the endpoint's subscription."
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
  description = "Resource ID of the subnet that the endpoint takes its addresses from."
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

# Every name, including names that Azure does not list and that must resolve, such as the wildcard of the
# workspace's online endpoints.
output "records" {
  description = "Records that the central team writes."
  value       = azureai_private_endpoint.hub.dns_records
}
