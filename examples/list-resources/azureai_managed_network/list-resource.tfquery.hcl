# The managed networks of all accounts and hubs in a resource group.
list "azureai_managed_network" "all" {
  provider = azureai

  config {
    resource_group_name = "rg-ai"
  }
}
