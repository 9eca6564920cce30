terraform import azureai_private_endpoint_application_security_group_association.hub \
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateEndpoints/pe-hub|/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/applicationSecurityGroups/asg-ai'
