locals {
  group        = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  subnet_id    = "${local.group}/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
  workspace_id = "${local.group}/Microsoft.MachineLearningServices/workspaces/airef-hub"
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

resource "azureai_public_network_access" "hub" {
  resource_id           = local.workspace_id
  public_network_access = "Disabled"
  on_destroy            = "restore"

  # The guard requires an approved private endpoint, so Terraform creates it first.
  depends_on = [azureai_private_endpoint.hub]
}
