# The consumer requests a connection to a hub that another team owns, perhaps in another tenant, and the
# owner approves it. This configuration has both sides. Each side also works alone.

terraform {
  required_version = ">= 1.5"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# Provider of the consumer.
provider "azureai" {
  subscription_id = var.subscription_id
}

# Provider of the owner, with a service principal of its tenant.
provider "azureai" {
  alias           = "owner"
  subscription_id = var.owner_subscription_id
  tenant_id       = var.owner_tenant_id
}

variable "subscription_id" {
  description = "GUID of the consumer's subscription."
  type        = string
}

variable "owner_subscription_id" {
  description = "GUID of the owner's subscription."
  type        = string
}

variable "owner_tenant_id" {
  description = "GUID of the owner's tenant. Null if it is the consumer's tenant."
  type        = string
  default     = null
}

variable "resource_group_name" {
  description = "Resource group of the endpoint."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the endpoint takes its addresses from."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the owner's workspace (hub)."
  type        = string
}

resource "azureai_private_endpoint" "hub" {
  name                = "pe-partner-hub"
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id

  private_service_connection {
    name                           = "workspace"
    is_manual_connection           = true
    request_message                = "The analysis team of Contoso, ticket 4711."
    private_connection_resource_id = var.workspace_id
    subresource_names              = ["amlworkspace"]
  }
}

resource "azureai_private_endpoint_connection_approval" "hub" {
  provider = azureai.owner

  target_resource_id  = var.workspace_id
  private_endpoint_id = azureai_private_endpoint.hub.id
  description         = "Approved for ticket 4711."
  wait_for_connection = "5m"
  on_destroy          = "reject"
}

output "status" {
  description = "Decision of the owner."
  value       = azureai_private_endpoint_connection_approval.hub.status
}
