import {
  to = azureai_private_endpoint_connection_approval.vault

  identity = {
    target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.KeyVault/vaults/airefkv"
    connection_name    = "0123456789abcdef0123456789abcdef"
  }
}
