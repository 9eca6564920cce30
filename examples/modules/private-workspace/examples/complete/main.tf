terraform {
  required_version = ">= 1.9"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# The credentials come from the environment: ARM_TENANT_ID, ARM_CLIENT_ID, and others.
provider "azureai" {
  subscription_id = var.subscription_id
}

module "private_workspace" {
  source = "github.com/azureai/terraform-provider-azureai//examples/modules/private-workspace"

  workspace_id        = var.workspace_id
  resource_group_name = var.resource_group_name
  tags                = { team = "ai" }

  private_endpoints = {
    spoke = { subnet_resource_id = var.subnet_id }
  }
  default_resources = { subnet_resource_id = var.subnet_id }
  private_dns_zones = {
    virtual_network_resource_ids = { link-spoke = var.virtual_network_id }
  }
  on_destroy = "restore"
}

# Reports in each plan whether the workspace is still isolated.
data "azureai_network_isolation_posture" "hub" {
  workspace_id               = var.workspace_id
  client_virtual_network_ids = [var.virtual_network_id]
  depends_on                 = [module.private_workspace]
}

check "isolated" {
  assert {
    condition     = data.azureai_network_isolation_posture.hub.compliant
    error_message = data.azureai_network_isolation_posture.hub.summary
  }
}
