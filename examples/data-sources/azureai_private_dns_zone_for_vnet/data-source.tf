locals {
  group   = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  vnet_id = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai"
}

data "azureai_private_dns_zone_for_vnet" "api" {
  virtual_network_id = local.vnet_id
  zone_name          = "privatelink.api.azureml.ms"
}

output "zone_that_the_network_uses" {
  value = data.azureai_private_dns_zone_for_vnet.api.private_dns_zone_id
}
