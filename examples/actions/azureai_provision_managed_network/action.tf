locals {
  group  = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  hub_id = "${local.group}/Microsoft.MachineLearningServices/workspaces/airef-hub"
}

# terraform apply -invoke=action.azureai_provision_managed_network.before_the_course
action "azureai_provision_managed_network" "before_the_course" {
  config {
    parent_id     = local.hub_id
    include_spark = true
  }
}
