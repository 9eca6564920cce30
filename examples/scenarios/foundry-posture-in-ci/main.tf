# Checks whether a Foundry account is still isolated. A job runs this every night and for every pull
# request, with an identity that has the Reader role and a provider that refuses to write.

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

data "azureai_network_isolation_posture" "account" {
  resource_id                = var.account_id
  client_virtual_network_ids = var.client_virtual_network_ids
}

output "compliant" {
  description = "If `true`, the account, its stores, and its agents are isolated, and the identity could read everything."
  value       = data.azureai_network_isolation_posture.account.compliant

  precondition {
    condition     = data.azureai_network_isolation_posture.account.compliant
    error_message = data.azureai_network_isolation_posture.account.summary
  }
}

output "summary" {
  description = "Summary of the posture in Markdown."
  value       = data.azureai_network_isolation_posture.account.summary
}
