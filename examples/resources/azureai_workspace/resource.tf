locals {
  group              = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  storage_account_id = "${local.group}/Microsoft.Storage/storageAccounts/airefstorage"
  key_vault_id       = "${local.group}/Microsoft.KeyVault/vaults/airefkv"
}

resource "azureai_workspace" "hub" {
  name                  = "hub-research"
  resource_group_name   = "rg-ai"
  location              = "eastus"
  storage_account_id    = local.storage_account_id
  key_vault_id          = local.key_vault_id
  public_network_access = "Disabled"

  identity {
    type = "SystemAssigned"
  }
}

resource "azureai_workspace" "project" {
  name                = "project-speech"
  resource_group_name = "rg-ai"
  location            = azureai_workspace.hub.location
  kind                = "Project"
  hub_id              = azureai_workspace.hub.id

  identity {
    type = "SystemAssigned"
  }
}
