# Runs without Azure, without the emulator, and without credentials:
#
#   terraform init && terraform test

mock_provider "azureai" {
  mock_data "azureai_workspace" {
    defaults = {
      id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/hub"
    }
  }

  # The provider validates the ID that an endpoint gets, so the mock needs one of the right form.
  mock_resource "azureai_private_dns_zone" {
    defaults = {
      id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/privateDnsZones/privatelink.example"
    }
  }
}

variables {
  subscription_id     = "00000000-0000-0000-0000-000000000000"
  resource_group_name = "rg-ai"
  workspace_id        = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/hub"
  virtual_network_id  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai"
  subnet_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
}

run "the_plan_disables_public_access" {
  command = plan

  assert {
    condition     = azureai_public_network_access.hub.public_network_access == "Disabled"
    error_message = "Public network access should be disabled."
  }
}

run "each_zone_has_a_link" {
  assert {
    condition     = keys(azureai_private_dns_zone_virtual_network_link.workspace) == keys(azureai_private_dns_zone.workspace)
    error_message = "Each zone should have a link to the network."
  }
}
