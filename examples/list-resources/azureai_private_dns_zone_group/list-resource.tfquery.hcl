# The zone groups of the private endpoints in a subnet, regardless of their owner.
list "azureai_private_dns_zone_group" "subnet" {
  provider         = azureai
  include_resource = true

  config {
    subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
  }
}
