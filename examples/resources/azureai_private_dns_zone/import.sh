terraform import azureai_private_dns_zone.notebooks \
  /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateDnsZones/privatelink.notebooks.azure.net
