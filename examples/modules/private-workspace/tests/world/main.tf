# IDs of resources that the emulator has.

terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}

data "azureai_client_config" "this" {}

locals {
  group = "/subscriptions/${data.azureai_client_config.this.subscription_id}/resourceGroups/rg-ai"
}

output "workspace_id" {
  value = "${local.group}/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
}

output "virtual_network_id" {
  value = "${local.group}/providers/Microsoft.Network/virtualNetworks/vnet-ai"
}

output "subnet_id" {
  value = "${local.group}/providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
}
