# All that can still be reached from the internet in a resource group.
list "azureai_public_network_access" "open" {
  provider         = azureai
  include_resource = true

  config {
    resource_group_name   = "rg-ai"
    public_network_access = "Enabled"
  }
}
