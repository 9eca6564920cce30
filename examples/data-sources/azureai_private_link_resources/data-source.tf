locals {
  group      = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  storage_id = "${local.group}/Microsoft.Storage/storageAccounts/airefstorage"
}

data "azureai_private_link_resources" "storage" {
  target_resource_id = local.storage_id
}

output "zones" {
  value = {
    for it in data.azureai_private_link_resources.storage.resources :
    it.group_id => it.zone_names_for_environment
  }
}
