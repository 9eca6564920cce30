import {
  to = azureai_private_dns_a_record.inference

  identity = {
    subscription_id       = "00000000-0000-0000-0000-000000000000"
    resource_group_name   = "rg-ai"
    private_dns_zone_name = "privatelink.api.azureml.ms"
    name                  = "*.11111111-2222-3333-4444-555555555555.inference.eastus"
  }
}
