resource "azureai_private_dns_zone" "notebooks" {
  name                = "privatelink.notebooks.azure.net"
  resource_group_name = "rg-ai"

  soa_record {
    email       = "dns.example.org"
    minimum_ttl = 60
  }

  tags = {
    team = "network"
  }
}
