import {
  to = azureai_subnet_private_endpoint_policy.endpoints

  identity = {
    subscription_id      = "00000000-0000-0000-0000-000000000000"
    resource_group_name  = "rg-ai"
    virtual_network_name = "vnet-ai"
    name                 = "snet-pe"
  }
}
