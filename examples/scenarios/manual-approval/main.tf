# The workspace is another team's, perhaps of another tenant: the consumer asks for a connection, its
# owner approves it. Here both sides stand in one configuration; each works alone just as well.

terraform {
  required_version = ">= 1.5"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# The consumer's side.
provider "azureai" {
  subscription_id = var.subscription_id
}

# The owner's side, by a service principal of its own tenant.
provider "azureai" {
  alias           = "owner"
  subscription_id = var.owner_subscription_id
  tenant_id       = var.owner_tenant_id
}

variable "subscription_id" {
  description = "The consumer's subscription."
  type        = string
}

variable "owner_subscription_id" {
  description = "The owner's subscription."
  type        = string
}

variable "owner_tenant_id" {
  description = "The owner's tenant; null where it is the consumer's."
  type        = string
  default     = null
}

variable "resource_group_name" {
  description = "The consumer's resource group."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the consumer's subnet for endpoints."
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
  description = "What the owner has decided."
  value       = azureai_private_endpoint_connection_approval.hub.status
}
