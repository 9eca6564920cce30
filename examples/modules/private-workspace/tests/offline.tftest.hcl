# Applies the module on the emulator, which needs no Azure. The emulator has the resources that this file names.
#
#   azureai-emulator            # prints the variables to export
#   terraform init
#   terraform test -filter=tests/offline.tftest.hcl

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
    error_message = "The endpoint of a workspace should need two zones."
  }

  assert {
    condition     = output.private_endpoints["spoke"].connection_status == "Approved"
    error_message = "The connection should be approved."
  }

  assert {
    condition     = output.private_endpoints["spoke"].name == "pe-airef-hub-spoke"
    error_message = "The endpoint should have the name of the workspace."
  }

  assert {
    condition     = alltrue([for it in values(output.effective_public_network_access) : it == "Disabled"])
    error_message = "Public network access should be disabled."
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
    error_message = "Blob, file, vault, registry, AI services, and search should have an endpoint each."
  }

  assert {
    condition     = length(output.private_dns_zone_ids) == 10
    error_message = "The endpoints should need ten zones."
  }

  assert {
    condition     = length(output.effective_public_network_access) == 6
    error_message = "The module should disable public network access of six resources."
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
    error_message = "The module should return the DNS records."
  }

  assert {
    condition     = length(output.effective_public_network_access) == 0
    error_message = "The module should not manage public network access."
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
