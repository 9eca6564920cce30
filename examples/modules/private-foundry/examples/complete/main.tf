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

module "foundry" {
  source = "github.com/azureai/terraform-provider-azureai//examples/modules/private-foundry"

  name                     = var.name
  location                 = var.location
  resource_group_name      = var.resource_group_name
  agent_subnet_resource_id = var.agent_subnet_id
  tags                     = { team = "ai" }

  private_endpoints = {
    spoke = { subnet_resource_id = var.subnet_id }
  }
  private_dns_zones = {
    virtual_network_resource_ids = { link-spoke = var.virtual_network_id }
  }

  projects = {
    agents = { display_name = "Agents", description = "Agents that work on your data." }
    # A project without agents needs no capability host.
    models = { display_name = "Models", create_capability_host = false }
  }
  stores = {
    cosmos_db_account_resource_id = var.cosmos_db_account_id
    storage_account_resource_id   = var.storage_account_id
    search_service_resource_id    = var.search_service_id
    subnet_resource_id            = var.subnet_id
    public_network_access         = "Disabled"
  }
  on_destroy = "restore"
}

# Reports in each plan whether the account is still isolated.
data "azureai_network_isolation_posture" "foundry" {
  resource_id                = module.foundry.resource_id
  client_virtual_network_ids = [var.virtual_network_id]
  depends_on                 = [module.foundry]
}

check "isolated" {
  assert {
    condition     = data.azureai_network_isolation_posture.foundry.compliant
    error_message = data.azureai_network_isolation_posture.foundry.summary
  }
}
