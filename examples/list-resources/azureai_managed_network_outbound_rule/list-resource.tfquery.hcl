# The outbound rules of all accounts and hubs in a resource group.
list "azureai_managed_network_outbound_rule" "all" {
  provider = azureai
  limit    = 500

  config {
    resource_group_name = "rg-ai"
  }
}

# The outbound rules of one account.
list "azureai_managed_network_outbound_rule" "account" {
  provider = azureai

  config {
    parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/airef-foundry"
  }
}
