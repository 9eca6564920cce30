locals {
  account_id = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/airef-services"
  project_id = "${local.account_id}/projects/agents"
}

resource "azureai_foundry_connection" "store" {
  for_each = {
    cosmos  = "Microsoft.DocumentDB/databaseAccounts/threads"
    storage = "Microsoft.Storage/storageAccounts/airefstorage"
    search  = "Microsoft.Search/searchServices/airef-search"
  }

  name               = each.key
  parent_id          = local.project_id
  target_resource_id = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers/${each.value}"
}

resource "azureai_foundry_capability_host" "account" {
  name      = "account"
  parent_id = local.account_id
}

# The project's agents keep threads, files and vectors in stores of your own.
resource "azureai_foundry_capability_host" "agents" {
  name      = "agents"
  parent_id = local.project_id

  thread_storage_connections = [azureai_foundry_connection.store["cosmos"].name]
  storage_connections        = [azureai_foundry_connection.store["storage"].name]
  vector_store_connections   = [azureai_foundry_connection.store["search"].name]

  depends_on = [azureai_foundry_capability_host.account]
}
