locals {
  group     = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  subnet_id = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
  vault_id  = "${local.group}/Microsoft.KeyVault/vaults/airefkv"
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

data "azureai_private_endpoint" "vault" {
  name                = azureai_private_endpoint.vault.name
  resource_group_name = "rg-ai"
}

# The records for the DNS administrator.
output "records" {
  value = data.azureai_private_endpoint.vault.dns_records
}
