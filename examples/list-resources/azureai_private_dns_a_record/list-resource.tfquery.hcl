# The addresses in one zone.
list "azureai_private_dns_a_record" "zone" {
  provider = azureai
  limit    = 500

  config {
    private_dns_zone_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms"
  }
}
