terraform import azureai_private_endpoint.hub \
  /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateEndpoints/pe-hub
