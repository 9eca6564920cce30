# Runs against the emulator, whose world has the resources that this file names.
#
#   azureai-emulator            # prints the variables to export
#   terraform init && terraform test

provider "azureai" {}

variables {
  resource_group_name = "rg-ai"
}

run "world" {
  module {
    source = "./tests/world"
  }
}

run "a_workspace_alone" {
  variables {
    workspace_id = run.world.workspace_id
    private_endpoints = {
      spoke = { subnet_resource_id = run.world.subnet_id, tags = { team = "ai" } }
    }
    private_dns_zones = {
      virtual_network_resource_ids = { link-vnet-ai = run.world.virtual_network_id }
    }
    on_destroy = "restore"
  }

  assert {
    condition     = length(output.private_dns_zone_ids) == 2
    error_message = "A workspace has two zones."
  }

  assert {
    condition     = output.private_endpoints["spoke"].connection_status == "Approved"
    error_message = "The connection should be approved."
  }

  assert {
    condition     = output.private_endpoints["spoke"].name == "pe-airef-hub-spoke"
    error_message = "The endpoint is named for the workspace."
  }

  assert {
    condition     = alltrue([for it in values(output.effective_public_network_access) : it == "Disabled"])
    error_message = "The flag should be off."
  }
}

run "everything_that_it_works_with" {
  variables {
    workspace_id      = run.world.workspace_id
    private_endpoints = { spoke = { subnet_resource_id = run.world.subnet_id } }
    default_resources = { subnet_resource_id = run.world.subnet_id }
    private_dns_zones = {
      virtual_network_resource_ids = { link-vnet-ai = run.world.virtual_network_id }
    }
    on_destroy = "restore"
  }

  assert {
    condition     = length(output.default_private_endpoints) == 6
    error_message = "Blob, file, vault, registry, AI services and search have an endpoint each."
  }

  assert {
    condition     = length(output.private_dns_zone_ids) == 10
    error_message = "They need ten zones."
  }

  assert {
    condition     = length(output.effective_public_network_access) == 6
    error_message = "Six resources have a flag."
  }
}

run "dns_of_another_team" {
  variables {
    workspace_id = run.world.workspace_id
    private_endpoints = {
      spoke = { subnet_resource_id = run.world.subnet_id, dns_zone_group_mode = "none" }
    }
    public_network_access = null
  }

  assert {
    condition     = length(output.dns_records) >= 4
    error_message = "The records are handed over all the same."
  }

  assert {
    condition     = length(output.effective_public_network_access) == 0
    error_message = "No flag is touched."
  }
}

run "a_mistyped_mode" {
  command = plan

  variables {
    workspace_id = run.world.workspace_id
    private_endpoints = {
      spoke = { subnet_resource_id = run.world.subnet_id, dns_zone_group_mode = "manged" }
    }
  }

  expect_failures = [var.private_endpoints]
}
