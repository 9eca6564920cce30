# The connections of all accounts in a resource group.
list "azureai_foundry_connection" "all" {
  provider = azureai
  limit    = 500

  config {
    resource_group_name = "rg-ai"
  }
}

# The connections of one project.
list "azureai_foundry_connection" "project" {
  provider = azureai

  config {
    parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/airef-foundry/projects/airef-agents"
  }
}
