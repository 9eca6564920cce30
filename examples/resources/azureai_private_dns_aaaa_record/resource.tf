resource "azureai_private_dns_zone" "corp" {
  name                = "corp.example.com"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_aaaa_record" "models" {
  name                = "models"
  private_dns_zone_id = azureai_private_dns_zone.corp.id
  ttl                 = 300
  records             = ["2001:db8::7"]
}
