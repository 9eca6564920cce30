# The capability hosts of all accounts in a resource group.
list "azureai_foundry_capability_host" "all" {
  provider = azureai
  limit    = 500

  config {
    resource_group_name = "rg-ai"
  }
}
