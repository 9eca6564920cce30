locals {
  group     = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  subnet_id = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
}

resource "azureai_subnet_private_endpoint_policy" "endpoints" {
  subnet_id                         = local.subnet_id
  private_endpoint_network_policies = "NetworkSecurityGroupEnabled"
  on_destroy                        = "restore"
}
