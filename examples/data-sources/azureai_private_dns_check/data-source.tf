resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = "rg-ai"
  subnet_id           = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
    subresource_names              = ["amlworkspace"]
  }
}

data "azureai_private_dns_check" "hub" {
  private_endpoint_id = azureai_private_endpoint.hub.id
}

output "resolves" {
  value = data.azureai_private_dns_check.hub.resolves
}

# Markdown: each name with its expected and actual addresses, and the fix.
output "summary" {
  value = data.azureai_private_dns_check.hub.summary
}
