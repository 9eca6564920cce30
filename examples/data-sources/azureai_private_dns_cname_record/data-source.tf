resource "azureai_private_dns_zone" "models" {
  name                = "models.example.com"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_cname_record" "chat" {
  name                = "chat"
  private_dns_zone_id = azureai_private_dns_zone.models.id
  ttl                 = 300
  record              = "gateway.models.example.com"
}

data "azureai_private_dns_cname_record" "chat" {
  name                = azureai_private_dns_cname_record.chat.name
  private_dns_zone_id = azureai_private_dns_zone.models.id
}

output "target" {
  value = data.azureai_private_dns_cname_record.chat.record
}
