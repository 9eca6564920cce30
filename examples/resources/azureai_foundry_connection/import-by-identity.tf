import {
  to = azureai_foundry_connection.storage

  identity = {
    parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/airef-services"
    name      = "storage"
  }
}
