resource "azureai_private_dns_zone" "corp" {
  name                = "corp.example.com"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_txt_record" "owner" {
  name                = "models"
  private_dns_zone_id = azureai_private_dns_zone.corp.id
  ttl                 = 300

  record {
    value = "owner=research"
  }

  record {
    value = "cost-center=4711"
  }
}
