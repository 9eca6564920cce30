data "azureai_network_isolation_posture" "hub" {
  workspace_id = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
}

output "compliant" {
  value = data.azureai_network_isolation_posture.hub.compliant
}

# Markdown for the pull request: who can reach which resource, and how to fix each finding.
output "summary" {
  value = data.azureai_network_isolation_posture.hub.summary
}
