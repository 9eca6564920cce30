import {
  to = azureai_public_network_access.hub

  identity = {
    resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
  }
}
