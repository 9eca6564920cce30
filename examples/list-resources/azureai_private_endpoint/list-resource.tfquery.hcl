# The private endpoints of a workspace, in any state.
list "azureai_private_endpoint" "hub" {
  provider         = azureai
  include_resource = true

  config {
    resource_group_name = "rg-ai"
    target_resource_id  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
  }
}
