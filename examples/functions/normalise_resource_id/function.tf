locals {
  group    = "/subscriptions/${var.subscription_id}/resourcegroups/rg-ai/providers"
  vault_id = "${local.group}/microsoft.keyvault/VAULTS/airefkv"
}

# /subscriptions/.../resourceGroups/rg-ai/providers/Microsoft.KeyVault/vaults/airefkv
output "vault_id" {
  value = provider::azureai::normalise_resource_id(local.vault_id)
}
