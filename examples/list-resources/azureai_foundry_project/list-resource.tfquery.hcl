# The projects of a Foundry account.
list "azureai_foundry_project" "research" {
  provider         = azureai
  include_resource = true

  config {
    cognitive_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/aif-research"
  }
}
