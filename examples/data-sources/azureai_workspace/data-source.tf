locals {
  group = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
}

data "azureai_workspace" "hub" {
  id = "${local.group}/Microsoft.MachineLearningServices/workspaces/airef-hub"
}

output "storage_account_id" {
  value = data.azureai_workspace.hub.default_resources.storage_account_id
}
