terraform import azureai_subnet_private_endpoint_policy.endpoints \
  /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe
