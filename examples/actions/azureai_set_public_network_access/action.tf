locals {
  group        = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  workspace_id = "${local.group}/Microsoft.MachineLearningServices/workspaces/airef-hub"
}

# terraform apply -invoke=action.azureai_set_public_network_access.open
action "azureai_set_public_network_access" "open" {
  config {
    resource_id = local.workspace_id
    value       = "Enabled"
    reason      = "The on-call engineer works remotely until noon."
  }
}
