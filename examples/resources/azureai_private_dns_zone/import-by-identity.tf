import {
  to = azureai_private_dns_zone.notebooks

  identity = {
    subscription_id     = "00000000-0000-0000-0000-000000000000"
    resource_group_name = "rg-ai"
    name                = "privatelink.notebooks.azure.net"
  }
}
