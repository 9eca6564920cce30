import {
  to = azureai_private_endpoint_application_security_group_association.hub

  identity = {
    private_endpoint_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateEndpoints/pe-hub"
    application_security_group_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/applicationSecurityGroups/asg-ai"
  }
}
