locals {
  group = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
}

# Agents of the account reach only what outbound rules allow.
resource "azureai_managed_network" "agents" {
  parent_id      = "${local.group}/Microsoft.CognitiveServices/accounts/airef-foundry"
  isolation_mode = "AllowOnlyApprovedOutbound"
}

resource "azureai_workspace" "research" {
  name                = "hub-research"
  resource_group_name = "rg-ai"
  location            = "eastus"
  storage_account_id  = "${local.group}/Microsoft.Storage/storageAccounts/airefstorage"
  key_vault_id        = "${local.group}/Microsoft.KeyVault/vaults/airefkv"

  identity {
    type = "SystemAssigned"
  }
}

# Provisions the hub's network before the first compute needs it.
resource "azureai_managed_network" "computers" {
  parent_id      = azureai_workspace.research.id
  isolation_mode = "AllowInternetOutbound"
  provision      = true
}
