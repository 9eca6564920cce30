locals {
  group      = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  account_id = "${local.group}/Microsoft.CognitiveServices/accounts/airef-foundry"
  project_id = "${local.account_id}/projects/airef-agents"
}

resource "azureai_foundry_connection" "store" {
  for_each = {
    threads = "Microsoft.DocumentDB/databaseAccounts/airef-cosmos"
    files   = "Microsoft.Storage/storageAccounts/aireffoundry"
    vectors = "Microsoft.Search/searchServices/airef-foundry-search"
  }

  name               = each.key
  parent_id          = local.project_id
  target_resource_id = "${local.group}/${each.value}"
}

# Azure creates this host if the agents run in a subnet.
resource "azureai_foundry_capability_host" "account" {
  name      = "account"
  parent_id = local.account_id
}

# The project's agents store threads, files and vectors in your resources.
resource "azureai_foundry_capability_host" "agents" {
  name      = "agents"
  parent_id = local.project_id

  thread_storage_connections = [azureai_foundry_connection.store["threads"].name]
  storage_connections        = [azureai_foundry_connection.store["files"].name]
  vector_store_connections   = [azureai_foundry_connection.store["vectors"].name]

  depends_on = [azureai_foundry_capability_host.account]
}
