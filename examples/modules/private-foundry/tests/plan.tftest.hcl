# Tests the module's logic with a mocked provider, which sends no requests: neither Azure nor the emulator is
# needed. The provider itself must be installed, because Terraform reads its schemas and calls its functions.
#
#   terraform init
#   terraform test -filter=tests/plan.tftest.hcl

mock_provider "azureai" {
  # The provider validates the IDs that one resource passes to another, so a mock needs real ones.
  mock_resource "azureai_foundry_account" {
    defaults = {
      id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/aif-module"
    }
  }

  mock_resource "azureai_foundry_project" {
    defaults = {
      id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/aif-module/projects/agents"
    }
  }

  mock_data "azureai_private_dns_zones" {
    defaults = {
      ids = {
        "privatelink.cognitiveservices.azure.com" = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.cognitiveservices.azure.com"
        "privatelink.openai.azure.com"            = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com"
        "privatelink.services.ai.azure.com"       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.services.ai.azure.com"
      }
    }
  }
}

variables {
  name                = "aif-module"
  location            = "eastus"
  resource_group_name = "rg-ai"

  subnet_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe"
  agent_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-agents"
  store_ids = {
    cosmos_db_account_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.DocumentDB/databaseAccounts/cosmos"
    storage_account_resource_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Storage/storageAccounts/files"
    search_service_resource_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Search/searchServices/vectors"
  }
}

run "an_account_is_private_by_default" {
  command = plan

  assert {
    condition     = azureai_foundry_account.this.public_network_access == "Disabled"
    error_message = "Public network access should be disabled."
  }

  assert {
    condition     = !azureai_foundry_account.this.local_auth_enabled
    error_message = "The account should not accept its keys."
  }

  assert {
    condition     = azureai_foundry_account.this.custom_subdomain_name == "aif-module"
    error_message = "The subdomain should have the account's name."
  }

  assert {
    condition     = length(azureai_private_dns_zone.this) + length(data.azureai_private_dns_zones.this) == 0
    error_message = "An account without endpoints should need no zones."
  }
}

run "an_endpoint_has_three_zones_with_links" {
  command = plan

  variables {
    private_endpoints = { spoke = { subnet_resource_id = var.subnet_id } }
    private_dns_zones = {
      resource_group_name = "rg-dns"
      virtual_network_resource_ids = {
        link-a = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/a"
        link-b = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/b"
      }
    }
  }

  assert {
    condition = toset(keys(azureai_private_dns_zone.this)) == toset([
      "privatelink.cognitiveservices.azure.com",
      "privatelink.openai.azure.com",
      "privatelink.services.ai.azure.com",
    ])
    error_message = "The endpoint of an account should need three zones."
  }

  assert {
    condition     = alltrue([for zone in azureai_private_dns_zone.this : zone.resource_group_name == "rg-dns"])
    error_message = "The zones should be in their own resource group."
  }

  assert {
    condition     = length(azureai_private_dns_zone_virtual_network_link.this) == 6
    error_message = "Each zone should have a link to each network."
  }

  assert {
    condition     = azureai_private_endpoint.account["spoke"].name == "pe-aif-module-spoke"
    error_message = "The endpoint should have the name of the account."
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
    condition     = length(azureai_private_endpoint.account["spoke"].private_dns_zone_group[0].private_dns_zone_ids) == 3
    error_message = "The zone group should have the existing zones."
  }
}

run "a_policy_manages_the_zone_group" {
  command = plan

  variables {
    private_endpoints = { spoke = { subnet_resource_id = var.subnet_id, dns_zone_group_mode = "policy" } }
    private_dns_zones = { create = false }
  }

  assert {
    condition     = length(azureai_private_endpoint.account["spoke"].private_dns_zone_group) == 0
    error_message = "The endpoint should have no zone group of the module."
  }
}

run "other_clouds_have_other_zones" {
  command = plan

  variables {
    private_endpoints = { spoke = { subnet_resource_id = var.subnet_id } }
    environment       = "usgovernment"
  }

  assert {
    condition     = alltrue([for name in keys(azureai_private_dns_zone.this) : endswith(name, ".us")])
    error_message = "The zones should be of Azure Government."
  }
}

run "agents_use_your_stores" {
  variables {
    agent_subnet_resource_id = var.agent_subnet_id
    projects                 = { agents = { display_name = "Agents" }, apps = { create_capability_host = false } }
    stores                   = var.store_ids
  }

  assert {
    condition     = length(azureai_foundry_connection.store) == 6
    error_message = "Each project should have a connection to each store."
  }

  assert {
    condition     = join(" ", keys(azureai_foundry_capability_host.project)) == "agents"
    error_message = "Only the first project should have a capability host."
  }

  assert {
    condition     = length(azureai_foundry_capability_host.account) == 0
    error_message = "Azure should create the account's capability host, because agents have a subnet."
  }

  assert {
    condition     = length(output.store_private_endpoints) + length(azureai_public_network_access.store) == 0
    error_message = "The module should not change the stores."
  }

  assert {
    condition = toset(keys(output.role_assignments)) == toset([
      "agents/blob_data_contributor",
      "agents/cosmos_operator",
      "agents/index_data",
      "agents/search_service",
    ])
    error_message = "The identity of the project with a capability host should need four roles."
  }

  assert {
    condition     = output.cosmos_role_assignments["agents"].account_name == "cosmos"
    error_message = "The agents should need a role for the data in Cosmos DB."
  }
}

run "an_account_without_a_network_has_a_capability_host" {
  command = plan

  variables {
    projects = { agents = {} }
    stores   = var.store_ids
  }

  assert {
    condition     = length(azureai_foundry_capability_host.account) == 1
    error_message = "The module should create the account's capability host."
  }
}

run "stores_become_private_after_their_endpoints" {
  command = plan

  variables {
    stores = merge(var.store_ids, {
      subnet_resource_id    = var.subnet_id
      public_network_access = "Disabled"
    })
  }

  assert {
    condition     = length(azureai_private_endpoint.store) == 3
    error_message = "Cosmos DB, Storage, and Search should have an endpoint each."
  }

  assert {
    condition     = length(azureai_public_network_access.store) == 3
    error_message = "The module should disable public network access of each store."
  }
}

run "a_managed_network_has_a_rule_for_each_store" {
  command = plan

  variables {
    managed_network = true
    projects        = { agents = {} }
    stores          = var.store_ids
  }

  assert {
    condition     = azureai_managed_network.this[0].isolation_mode == "AllowOnlyApprovedOutbound"
    error_message = "Agents should reach only the targets of outbound rules."
  }

  assert {
    condition = { for name, rule in azureai_managed_network_outbound_rule.store : name => rule.sub_resource_target } == {
      cosmos  = "Sql"
      search  = "searchService"
      storage = "blob"
    }
    error_message = "Cosmos DB, Storage, and Search should have an outbound rule each."
  }
}

run "two_networks_for_agents_are_rejected" {
  command = plan

  variables {
    agent_subnet_resource_id = var.agent_subnet_id
    managed_network          = true
  }

  expect_failures = [var.managed_network]
}

run "invalid_values_are_rejected" {
  command = plan

  variables {
    public_network_access          = "Off"
    identity                       = { type = "None" }
    agent_subnet_resource_id       = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/virtualNetworks/vnet-ai"
    managed_network_isolation_mode = "Disabled"
    projects                       = { agents = { identity = { type = "None" } } }
    stores                         = merge(var.store_ids, { storage_account_resource_id = "files" })
    private_endpoints              = { spoke = { subnet_resource_id = "snet-pe" } }
    environment                    = "germany"
    on_destroy                     = "keep"
  }

  expect_failures = [
    var.public_network_access,
    var.identity,
    var.agent_subnet_resource_id,
    var.managed_network_isolation_mode,
    var.projects,
    var.stores,
    var.private_endpoints,
    var.environment,
    var.on_destroy,
  ]
}
