terraform import azureai_private_dns_a_record.inference \
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms/A/*.11111111-2222-3333-4444-555555555555.inference.eastus'
