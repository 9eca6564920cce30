resource "azureai_private_dns_zone" "hub" {
  for_each = toset(["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"])

  name                = each.key
  resource_group_name = "rg-ai"
}

# Finds the zones by name, also if another configuration manages them.
data "azureai_private_dns_zones" "hub" {
  names            = keys(azureai_private_dns_zone.hub)
  subscription_ids = [var.subscription_id]

  depends_on = [azureai_private_dns_zone.hub]
}

output "ids" {
  value = data.azureai_private_dns_zones.hub.ids
}
