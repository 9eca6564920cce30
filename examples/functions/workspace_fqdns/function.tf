data "azureai_workspace" "hub" {
  name                = "airef-hub"
  resource_group_name = "rg-ai"
}

# What whoever keeps the DNS must be told: the name, the zone and the record of each.
output "names" {
  value = provider::azureai::workspace_fqdns(
    data.azureai_workspace.hub.workspace_id,
    data.azureai_workspace.hub.name,
    data.azureai_workspace.hub.location,
    "public",
  )
}
