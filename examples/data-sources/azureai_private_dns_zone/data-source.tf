resource "azureai_private_dns_zone" "vault" {
  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = "rg-ai"
}

data "azureai_private_dns_zone" "vault" {
  name                = azureai_private_dns_zone.vault.name
  resource_group_name = "rg-ai"
}

output "number_of_record_sets" {
  value = data.azureai_private_dns_zone.vault.number_of_record_sets
}
