locals {
  group     = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  subnet_id = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
  vault_id  = "${local.group}/Microsoft.KeyVault/vaults/airefkv"
}

resource "azureai_private_dns_zone" "vault" {
  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = "rg-ai"
}

resource "azureai_private_endpoint" "vault" {
  name                = "pe-vault"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet_id

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = local.vault_id
    subresource_names              = ["vault"]
  }
}

resource "azureai_private_dns_zone_group" "vault" {
  name                = "default"
  private_endpoint_id = azureai_private_endpoint.vault.id

  private_dns_zone_config {
    name                = "vault"
    private_dns_zone_id = azureai_private_dns_zone.vault.id
  }
}
