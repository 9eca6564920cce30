# The subnets of a virtual network.
list "azureai_subnet_private_endpoint_policy" "vnet" {
  provider         = azureai
  include_resource = true

  config {
    virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai"
  }
}
