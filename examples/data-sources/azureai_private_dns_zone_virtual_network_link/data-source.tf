locals {
  group = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
}

resource "azureai_private_dns_zone" "notebooks" {
  name                = "privatelink.notebooks.azure.net"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "notebooks" {
  name                = "link-vnet-ai"
  private_dns_zone_id = azureai_private_dns_zone.notebooks.id
  virtual_network_id  = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai"
}

data "azureai_private_dns_zone_virtual_network_link" "notebooks" {
  name                = azureai_private_dns_zone_virtual_network_link.notebooks.name
  private_dns_zone_id = azureai_private_dns_zone.notebooks.id
}

output "registers_machines" {
  value = data.azureai_private_dns_zone_virtual_network_link.notebooks.registration_enabled
}
