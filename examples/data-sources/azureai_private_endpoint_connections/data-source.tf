locals {
  group    = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  vault_id = "${local.group}/Microsoft.KeyVault/vaults/airefkv"
}

data "azureai_private_endpoint_connections" "waiting" {
  target_resource_id = local.vault_id
  status             = "Pending"
}

output "waiting_private_endpoints" {
  value = data.azureai_private_endpoint_connections.waiting.connections[*].private_endpoint_id
}
