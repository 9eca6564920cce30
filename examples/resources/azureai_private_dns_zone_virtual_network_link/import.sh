terraform import azureai_private_dns_zone_virtual_network_link.notebooks \
  /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateDnsZones/privatelink.notebooks.azure.net/virtualNetworkLinks/link-vnet-ai
