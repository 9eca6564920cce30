import {
  to = azureai_managed_network_outbound_rule.files

  identity = {
    parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/airef-foundry"
    name      = "files"
  }
}
