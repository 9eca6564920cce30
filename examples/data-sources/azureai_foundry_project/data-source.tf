data "azureai_foundry_account" "research" {
  name                = "airef-foundry"
  resource_group_name = "rg-ai"
}

data "azureai_foundry_project" "agents" {
  name                 = "airef-agents"
  cognitive_account_id = data.azureai_foundry_account.research.id
}

# Role conditions refer to the project by this GUID.
output "workspace_guid" {
  value = data.azureai_foundry_project.agents.workspace_guid
}
