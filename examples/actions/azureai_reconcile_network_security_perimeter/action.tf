locals {
  group      = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  storage_id = "${local.group}/Microsoft.Storage/storageAccounts/airefstorage"
}

# terraform apply -invoke=action.azureai_reconcile_network_security_perimeter.storage
action "azureai_reconcile_network_security_perimeter" "storage" {
  config {
    resource_id = local.storage_id
  }
}
