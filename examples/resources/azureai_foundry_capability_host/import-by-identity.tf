import {
  to = azureai_foundry_capability_host.agents

  identity = {
    parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/airef-foundry/projects/airef-agents"
    name      = "agents"
  }
}
