data "azureai_workspace" "hub" {
  name                = "airef-hub"
  resource_group_name = "rg-ai"
}

data "azureai_managed_network" "hub" {
  parent_id = data.azureai_workspace.hub.id
}

# The outbound rules that are not active.
output "broken_rules" {
  value = [
    for rule in data.azureai_managed_network.hub.outbound_rules : rule.name
    if rule.status != "Active"
  ]
}
