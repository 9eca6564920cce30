# The connections to a key vault that wait for an approval.
list "azureai_private_endpoint_connection_approval" "waiting" {
  provider = azureai

  config {
    target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.KeyVault/vaults/airefkv"
    connection_status  = "Pending"
  }
}
