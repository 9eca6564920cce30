# A policy of the platform team (DeployIfNotExists) gives each new endpoint its zone group. This
# configuration does not change the group, and continues when it exists.

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

  # An argument of each endpoint, so a variable can decide, and `ignore_changes` is not needed.
  dns_zone_group_mode = "policy"

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = var.workspace_id
    subresource_names              = ["amlworkspace"]
  }

  # The policy creates the zone group some minutes after the endpoint. Resources that depend on the
  # endpoint start only after its names resolve.
  wait_for_zone_group {
    timeout = "30m"
    required_zone_names = [
      "privatelink.api.azureml.ms",
      "privatelink.notebooks.azure.net",
    ]
  }
}

resource "azureai_public_network_access" "hub" {
  resource_id           = var.workspace_id
  public_network_access = "Disabled"
  on_destroy            = "restore"

  depends_on = [azureai_private_endpoint.hub]
}

output "zone_group" {
  description = "Zone group that the policy created."
  value       = azureai_private_endpoint.hub.private_dns_zone_configs
}
