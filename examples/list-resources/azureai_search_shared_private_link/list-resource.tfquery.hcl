# The shared private links of all search services in a resource group.
list "azureai_search_shared_private_link" "all" {
  provider = azureai
  limit    = 500

  config {
    resource_group_name = "rg-ai"
  }
}

# The shared private links to one resource.
list "azureai_search_shared_private_link" "files" {
  provider = azureai

  config {
    target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Storage/storageAccounts/airefstorage"
  }
}
