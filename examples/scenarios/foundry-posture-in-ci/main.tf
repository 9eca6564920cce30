# Judges the network isolation of a Foundry account every night and for each pull request. The
# identity has the Reader role, and the provider refuses to write. This configuration manages
# nothing.

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
  read_only       = true
}

variable "subscription_id" {
  description = "GUID of the account's subscription."
  type        = string
}

variable "account_id" {
  description = "Resource ID of the Foundry account."
  type        = string
}

variable "client_virtual_network_ids" {
  description = "Resource IDs of the virtual networks whose clients must reach the account."
  type        = list(string)
}

variable "require_compliance" {
  description = "If true, a plan fails unless the account is isolated."
  type        = bool
  default     = true
}

data "azureai_network_isolation_posture" "account" {
  resource_id                = var.account_id
  client_virtual_network_ids = var.client_virtual_network_ids
}

output "compliant" {
  description = "True if the account, its stores and its agents are isolated, and nothing is unverified."
  value       = data.azureai_network_isolation_posture.account.compliant

  precondition {
    condition     = !var.require_compliance || data.azureai_network_isolation_posture.account.compliant
    error_message = data.azureai_network_isolation_posture.account.summary
  }
}

output "summary" {
  description = "Summary of the posture in Markdown."
  value       = data.azureai_network_isolation_posture.account.summary
}

output "diagram" {
  description = "Diagram of the posture, a Mermaid flowchart."
  value       = data.azureai_network_isolation_posture.account.diagram
}
