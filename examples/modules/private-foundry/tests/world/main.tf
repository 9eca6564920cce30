# IDs of resources that the emulator has.

terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}

data "azureai_client_config" "this" {}

locals {
  group   = "/subscriptions/${data.azureai_client_config.this.subscription_id}/resourceGroups/rg-ai"
  network = "${local.group}/providers/Microsoft.Network/virtualNetworks/vnet-ai"
}

output "virtual_network_id" {
  value = local.network
}

output "subnet_id" {
  value = "${local.network}/subnets/snet-pe"
}

output "agent_subnet_id" {
  value = "${local.network}/subnets/snet-agents"
}

output "stores" {
  value = {
    cosmos_db_account_resource_id = "${local.group}/providers/Microsoft.DocumentDB/databaseAccounts/airef-cosmos"
    storage_account_resource_id   = "${local.group}/providers/Microsoft.Storage/storageAccounts/aireffoundry"
    search_service_resource_id    = "${local.group}/providers/Microsoft.Search/searchServices/airef-foundry-search"
  }
}
