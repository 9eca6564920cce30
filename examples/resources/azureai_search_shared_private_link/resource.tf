locals {
  group = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
}

# Indexers read the blobs of the storage account.
resource "azureai_search_shared_private_link" "files" {
  name               = "files"
  search_service_id  = "${local.group}/Microsoft.Search/searchServices/airef-search"
  target_resource_id = "${local.group}/Microsoft.Storage/storageAccounts/airefstorage"
  subresource_name   = "blob"
  request_message    = "The indexers of airef-search read documents."
  approve            = true
}
