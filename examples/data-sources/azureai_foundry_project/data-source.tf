data "azureai_foundry_account" "research" {
  name                = "airef-foundry"
  resource_group_name = "rg-ai"
}

data "azureai_foundry_project" "agents" {
  name                 = "airef-agents"
  cognitive_account_id = data.azureai_foundry_account.research.id
}

# Conditions of roles name the project by it.
output "workspace_guid" {
  value = data.azureai_foundry_project.agents.workspace_guid
}
