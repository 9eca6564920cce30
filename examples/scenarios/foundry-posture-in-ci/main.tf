# Is the Foundry account still isolated? A job asks every night, and for every pull request, with an
# identity that has the Reader role and a provider that refuses to write. Nothing is managed here.

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
  description = "Subscription of the account."
  type        = string
}

variable "account_id" {
  description = "Resource ID of the Foundry account."
  type        = string
}

variable "client_virtual_network_ids" {
  description = "Resource IDs of the networks from which the account must be reached."
  type        = list(string)
}

data "azureai_network_isolation_posture" "account" {
  resource_id                = var.account_id
  client_virtual_network_ids = var.client_virtual_network_ids
}

output "compliant" {
  description = "Whether the account, its stores and its agents are isolated, and everything of it was seen."
  value       = data.azureai_network_isolation_posture.account.compliant

  precondition {
    condition     = data.azureai_network_isolation_posture.account.compliant
    error_message = data.azureai_network_isolation_posture.account.summary
  }
}

output "summary" {
  description = "The posture in Markdown."
  value       = data.azureai_network_isolation_posture.account.summary
}
