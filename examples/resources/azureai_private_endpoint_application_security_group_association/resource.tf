locals {
  group             = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  subnet_id         = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
  workspace_id      = "${local.group}/Microsoft.MachineLearningServices/workspaces/airef-hub"
  security_group_id = "${local.group}/Microsoft.Network/applicationSecurityGroups/asg-ai"
}

resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet_id

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = local.workspace_id
    subresource_names              = ["amlworkspace"]
  }
}

resource "azureai_private_endpoint_application_security_group_association" "hub" {
  private_endpoint_id           = azureai_private_endpoint.hub.id
  application_security_group_id = local.security_group_id
}
