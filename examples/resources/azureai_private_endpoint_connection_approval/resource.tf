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
    is_manual_connection           = true
    request_message                = "The AI team reads secrets from airefkv."
    private_connection_resource_id = local.vault_id
    subresource_names              = ["vault"]
  }
}

resource "azureai_private_endpoint_connection_approval" "vault" {
  target_resource_id  = local.vault_id
  private_endpoint_id = azureai_private_endpoint.vault.id
  description         = "Approved by the network team."
}
