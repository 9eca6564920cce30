# Applies the module on the emulator, which needs no Azure. The emulator has the resources that this file names.
#
#   azureai-emulator            # prints the variables to export
#   terraform init
#   terraform test -filter=tests/offline.tftest.hcl

provider "azureai" {}

variables {
  name                = "aif-module"
  location            = "eastus"
  resource_group_name = "rg-ai"
  # Each run recreates the account of that name.
  purge_on_destroy = true
}

run "world" {
  module {
    source = "./tests/world"
  }
}

run "an_account_alone" {
  assert {
    condition     = output.resource.public_network_access == "Disabled"
    error_message = "The account should be private from the first request."
  }

  assert {
    condition     = length(output.private_dns_zone_ids) == 0
    error_message = "An account without endpoints should need no zones."
  }
}

run "a_private_account" {
  variables {
    private_endpoints = {
      spoke = { subnet_resource_id = run.world.subnet_id, tags = { team = "ai" } }
    }
    private_dns_zones = {
      virtual_network_resource_ids = { link-vnet-ai = run.world.virtual_network_id }
    }
  }

  assert {
    condition     = length(output.private_dns_zone_ids) == 3
    error_message = "The endpoint of an account should need three zones."
  }

  assert {
    condition     = output.private_endpoints["spoke"].name == "pe-aif-module-spoke"
    error_message = "The endpoint should have the name of the account."
  }

  assert {
    condition     = output.private_endpoints["spoke"].connection_status == "Approved"
    error_message = "The connection should be approved."
  }
}

run "agents_with_your_stores" {
  variables {
    agent_subnet_resource_id = run.world.agent_subnet_id
    private_endpoints        = { spoke = { subnet_resource_id = run.world.subnet_id } }
    private_dns_zones = {
      virtual_network_resource_ids = { link-vnet-ai = run.world.virtual_network_id }
    }
    projects = { agents = { display_name = "Agents" } }
    stores = merge(run.world.stores, {
      subnet_resource_id    = run.world.subnet_id
      public_network_access = "Disabled"
    })
    on_destroy = "restore"
  }

  assert {
    condition     = length(output.private_dns_zone_ids) == 6
    error_message = "The account and the three stores should need six zones."
  }

  assert {
    condition     = length(output.store_private_endpoints) == 3
    error_message = "Cosmos DB, Storage, and Search should have an endpoint each."
  }

  assert {
    condition     = length(output.role_assignments) == 4
    error_message = "The project's identity should need four roles on the stores."
  }

  assert {
    condition     = endswith(output.cosmos_role_assignments["agents"].scope, "/dbs/enterprise_memory")
    error_message = "The agents should need a role for the data in Cosmos DB."
  }
}

run "agents_in_a_managed_network" {
  variables {
    managed_network = true
    projects        = { agents = {} }
    stores          = run.world.stores
  }

  assert {
    condition     = alltrue([for rule in output.outbound_rules : rule.status == "Active"])
    error_message = "Each outbound rule should be active."
  }

  assert {
    condition     = length(output.outbound_rules) == 3
    error_message = "Cosmos DB, Storage, and Search should have an outbound rule each."
  }
}

run "two_networks_for_agents" {
  command = plan

  variables {
    agent_subnet_resource_id = run.world.agent_subnet_id
    managed_network          = true
  }

  expect_failures = [var.managed_network]
}
