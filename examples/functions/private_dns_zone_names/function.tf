locals {
  type  = "Microsoft.MachineLearningServices/workspaces"
  zones = provider::azureai::private_dns_zone_names(local.type, "amlworkspace", "public")
}

# privatelink.api.azureml.ms and privatelink.notebooks.azure.net
resource "azureai_private_dns_zone" "workspace" {
  for_each = toset(local.zones)

  name                = each.key
  resource_group_name = "rg-ai"
}
