resource "azureai_private_dns_zone" "models" {
  name                = "models.example.com"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_aaaa_record" "chat" {
  name                = "chat"
  private_dns_zone_id = azureai_private_dns_zone.models.id
  ttl                 = 300
  records             = ["fd00::5"]
}

data "azureai_private_dns_aaaa_record" "chat" {
  name                = azureai_private_dns_aaaa_record.chat.name
  private_dns_zone_id = azureai_private_dns_zone.models.id
}

output "addresses" {
  value = data.azureai_private_dns_aaaa_record.chat.records
}
