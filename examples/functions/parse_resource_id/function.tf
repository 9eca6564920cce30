locals {
  group     = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  subnet_id = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
  subnet    = provider::azureai::parse_resource_id(local.subnet_id)
}

output "virtual_network" {
  value = local.subnet.parent_resources["virtualNetworks"]
}
