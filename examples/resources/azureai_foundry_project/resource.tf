resource "azureai_foundry_account" "research" {
  name                  = "aif-research"
  resource_group_name   = "rg-ai"
  location              = "eastus"
  custom_subdomain_name = "aif-research"
  purge_on_destroy      = true

  identity {
    type = "SystemAssigned"
  }
}

resource "azureai_foundry_project" "speech" {
  name                 = "speech"
  cognitive_account_id = azureai_foundry_account.research.id
  location             = azureai_foundry_account.research.location
  display_name         = "Speech"

  identity {
    type = "SystemAssigned"
  }
}
