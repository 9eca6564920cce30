# The resources of a resource group with public network access.
list "azureai_public_network_access" "open" {
  provider         = azureai
  include_resource = true

  config {
    resource_group_name   = "rg-ai"
    public_network_access = "Enabled"
  }
}
