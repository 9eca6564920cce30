data "azureai_workspace" "hub" {
  name                = "airef-hub"
  resource_group_name = "rg-ai"
}

# The name, zone and record of each, for the DNS administrator.
output "names" {
  value = provider::azureai::workspace_fqdns(
    data.azureai_workspace.hub.workspace_id,
    data.azureai_workspace.hub.name,
    data.azureai_workspace.hub.location,
    "public",
  )
}
