resource "azureai_private_dns_zone" "api" {
  name                = "privatelink.api.azureml.ms"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_a_record" "inference" {
  name                = "*.11111111-2222-3333-4444-555555555555.inference.eastus"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  ttl                 = 10
  records             = ["10.0.1.7"]
}
