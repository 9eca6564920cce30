# The hubs of a resource group, without their projects.
list "azureai_workspace" "hubs" {
  provider         = azureai
  include_resource = true

  config {
    resource_group_name = "rg-ai"
    kind                = "Hub"
  }
}
