resource "azureai_private_dns_zone" "corp" {
  name                = "corp.example.com"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_cname_record" "chat" {
  name                = "chat"
  private_dns_zone_id = azureai_private_dns_zone.corp.id
  ttl                 = 300
  record              = "models.corp.example.com"
}
