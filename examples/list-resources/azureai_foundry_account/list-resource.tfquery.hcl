# The Foundry accounts of a resource group.
list "azureai_foundry_account" "all" {
  provider         = azureai
  include_resource = true

  config {
    resource_group_name = "rg-ai"
  }
}
