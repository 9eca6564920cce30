import {
  to = azureai_private_dns_zone_virtual_network_link.notebooks

  identity = {
    subscription_id       = "00000000-0000-0000-0000-000000000000"
    resource_group_name   = "rg-ai"
    private_dns_zone_name = "privatelink.notebooks.azure.net"
    name                  = "link-vnet-ai"
  }
}
