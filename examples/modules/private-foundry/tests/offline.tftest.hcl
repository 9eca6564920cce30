# Runs against the emulator, whose world has the resources that this file names.
#
#   azureai-emulator            # prints the variables to export
#   terraform init && terraform test

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
    error_message = "The account should be private from its first minute."
  }

  assert {
    condition     = length(output.private_dns_zone_ids) == 0
    error_message = "Without endpoints there is nothing to resolve."
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
    error_message = "A Foundry account has three zones."
  }

  assert {
    condition     = output.private_endpoints["spoke"].name == "pe-aif-module-spoke"
    error_message = "The endpoint is named for the account."
  }

  assert {
    condition     = output.private_endpoints["spoke"].connection_status == "Approved"
    error_message = "The connection should be approved."
  }
}

run "agents_with_stores_of_their_own" {
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
    error_message = "The account and its three stores need six zones."
  }

  assert {
    condition     = length(output.store_private_endpoints) == 3
    error_message = "Cosmos DB, Storage and Search have an endpoint each."
  }

  assert {
    condition     = length(output.role_assignments) == 4
    error_message = "The project's identity needs four roles on the stores."
  }

  assert {
    condition     = endswith(output.cosmos_role_assignments["agents"].scope, "/dbs/enterprise_memory")
    error_message = "Its agents need a role for their data in Cosmos DB."
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
    error_message = "The managed network should lead to each store."
  }

  assert {
    condition     = length(output.outbound_rules) == 3
    error_message = "Cosmos DB, Storage and Search have an outbound rule each."
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
