# Judges the network isolation of a workspace (hub) every night and for each pull request. The
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
  description = "GUID of the workspace's subscription."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub)."
  type        = string
}

variable "client_virtual_network_ids" {
  description = "Resource IDs of the virtual networks whose clients must reach the workspace."
  type        = list(string)
}

variable "require_compliance" {
  description = "If true, a plan fails unless the workspace is isolated."
  type        = bool
  default     = true
}

data "azureai_network_isolation_posture" "hub" {
  workspace_id               = var.workspace_id
  client_virtual_network_ids = var.client_virtual_network_ids
}

output "compliant" {
  description = "True if the workspace is isolated, and nothing is unverified."
  value       = data.azureai_network_isolation_posture.hub.compliant

  precondition {
    condition     = !var.require_compliance || data.azureai_network_isolation_posture.hub.compliant
    error_message = data.azureai_network_isolation_posture.hub.summary
  }
}

output "summary" {
  description = "Summary of the posture in Markdown."
  value       = data.azureai_network_isolation_posture.hub.summary
}

output "diagram" {
  description = "Diagram of the posture, a Mermaid flowchart."
  value       = data.azureai_network_isolation_posture.hub.diagram
}
