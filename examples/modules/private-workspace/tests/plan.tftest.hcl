# Tests the module's logic with a mocked provider, which sends no requests: neither Azure nor the emulator is
# needed. The provider itself must be installed, because Terraform reads its schemas and calls its functions.
#
#   terraform init
#   terraform test -filter=tests/plan.tftest.hcl

mock_provider "azureai" {
  # A hub with everything but a container registry and AI services.
  mock_data "azureai_workspace" {
    defaults = {
      name = "hub"
      default_resources = {
        storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Storage/storageAccounts/hubfiles"
        key_vault_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.KeyVault/vaults/hubkv"
        # Without these, the mock invents values.
        container_registry_id   = null
        application_insights_id = null
        ai_services_ids         = []
        search_service_ids      = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Search/searchServices/hubsearch"]
      }
    }
  }

  mock_data "azureai_private_dns_zones" {
    defaults = {
      ids = {
        "privatelink.api.azureml.ms"      = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms"
        "privatelink.notebooks.azure.net" = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.notebooks.azure.net"
      }
    }
  }
}

variables {
  workspace_id        = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.MachineLearningServices/workspaces/hub"
  resource_group_name = "rg-network"
  subnet_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet-pe"
}

run "a_workspace_becomes_private_by_default" {
  command = plan

  variables {
    private_endpoints = { spoke = { subnet_resource_id = var.subnet_id } }
  }

  assert {
    condition     = azureai_public_network_access.workspace[0].public_network_access == "Disabled"
    error_message = "Public network access should be disabled."
  }

  assert {
    condition     = azureai_private_endpoint.workspace["spoke"].name == "pe-hub-spoke"
    error_message = "The endpoint should have the name of the workspace."
  }

  assert {
    condition = toset(keys(azureai_private_dns_zone.this)) == toset([
      "privatelink.api.azureml.ms",
      "privatelink.notebooks.azure.net",
    ])
    error_message = "The endpoint of a workspace should need two zones."
  }

  assert {
    condition     = length(azureai_private_endpoint.default) + length(azureai_public_network_access.default) == 0
    error_message = "The module should not change the resources that the workspace works with."
  }
}

run "only_resources_that_exist_have_endpoints" {
  command = plan

  variables {
    default_resources = { subnet_resource_id = var.subnet_id }
  }

  assert {
    condition     = join(" ", keys(azureai_private_endpoint.default)) == "key_vault search storage_blob storage_file"
    error_message = "The module should create endpoints to the vault, the search service, and the storage account."
  }

  assert {
    condition     = join(" ", keys(azureai_public_network_access.default)) == "key_vault search storage_blob"
    error_message = "The module should set public network access of each resource once."
  }

  assert {
    condition = alltrue([
      for name in ["key_vault", "storage_blob"] :
      contains(azureai_public_network_access.default[name].bypass, "AzureServices")
    ])
    error_message = "Azure services should bypass the rules of the vault and the storage account."
  }
}

run "public_network_access_can_stay_with_another_configuration" {
  command = plan

  variables {
    default_resources     = { subnet_resource_id = var.subnet_id, manage_public_network_access = false }
    public_network_access = null
  }

  assert {
    condition     = length(azureai_private_endpoint.default) == 4
    error_message = "The module should create endpoints."
  }

  assert {
    condition     = length(azureai_public_network_access.workspace) + length(azureai_public_network_access.default) == 0
    error_message = "The module should not manage public network access."
  }
}

run "existing_zones_are_found_by_name" {
  command = plan

  variables {
    private_endpoints = { spoke = { subnet_resource_id = var.subnet_id } }
    private_dns_zones = { create = false }
  }

  assert {
    condition     = length(azureai_private_dns_zone.this) == 0
    error_message = "The module should create no zones."
  }

  assert {
    condition     = length(azureai_private_endpoint.workspace["spoke"].private_dns_zone_group[0].private_dns_zone_ids) == 2
    error_message = "The zone group should have the existing zones."
  }
}

run "a_policy_manages_the_zone_group" {
  command = plan

  variables {
    private_endpoints = { spoke = { subnet_resource_id = var.subnet_id, dns_zone_group_mode = "policy" } }
  }

  assert {
    condition     = length(azureai_private_endpoint.workspace["spoke"].private_dns_zone_group) == 0
    error_message = "The endpoint should have no zone group of the module."
  }
}

run "outputs_name_what_the_module_created" {
  variables {
    private_endpoints = { spoke = { subnet_resource_id = var.subnet_id, dns_zone_group_mode = "none" } }
  }

  assert {
    condition     = join(" ", keys(output.private_endpoints)) == "spoke"
    error_message = "The endpoint should have the key of the input."
  }

  assert {
    condition     = join(" ", keys(output.effective_public_network_access)) == var.workspace_id
    error_message = "The module should return the workspace's public network access."
  }
}

run "invalid_values_are_rejected" {
  command = plan

  variables {
    workspace_id          = "hub"
    private_endpoints     = { spoke = { subnet_resource_id = var.subnet_id, dns_zone_group_mode = "manged" } }
    default_resources     = { subnet_resource_id = "snet-pe" }
    public_network_access = "Off"
    environment           = "germany"
    on_destroy            = "keep"
  }

  expect_failures = [
    var.workspace_id,
    var.private_endpoints,
    var.default_resources,
    var.public_network_access,
    var.environment,
    var.on_destroy,
  ]
}
