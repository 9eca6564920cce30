# The links of a virtual network, in any zone.
list "azureai_private_dns_zone_virtual_network_link" "vnet" {
  provider         = azureai
  include_resource = true

  config {
    virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai"
  }
}
