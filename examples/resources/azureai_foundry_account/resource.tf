resource "azureai_foundry_account" "research" {
  name                  = "aif-research"
  resource_group_name   = "rg-ai"
  location              = "eastus"
  custom_subdomain_name = "aif-research"
  public_network_access = "Disabled"
  local_auth_enabled    = false
  purge_on_destroy      = true

  identity {
    type = "SystemAssigned"
  }
}
