terraform {
  required_version = ">= 1.8"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# The credentials come from the environment: ARM_TENANT_ID, ARM_CLIENT_ID, and others.
provider "azureai" {
  subscription_id = var.subscription_id
}

# Reads the hub and its resources, which another configuration owns.
data "azureai_workspace" "hub" {
  id = var.workspace_id
}

locals {
  parts    = data.azureai_workspace.hub.default_resources
  storage  = local.parts.storage_account_id
  vault    = local.parts.key_vault_id
  registry = local.parts.container_registry_id

  # Targets of private endpoints: each resource that the hub works with, by group.
  targets = merge(
    {
      hub   = { id = var.workspace_id, type = "Microsoft.MachineLearningServices/workspaces", group = "amlworkspace" }
      blob  = { id = local.storage, type = "Microsoft.Storage/storageAccounts", group = "blob" }
      file  = { id = local.storage, type = "Microsoft.Storage/storageAccounts", group = "file" }
      vault = { id = local.vault, type = "Microsoft.KeyVault/vaults", group = "vault" }
    },
    { for id in compact([local.registry]) : "registry" => {
      id = id, type = "Microsoft.ContainerRegistry/registries", group = "registry"
    } },
    { for id in local.parts.ai_services_ids : basename(id) => {
      id = id, type = "Microsoft.CognitiveServices/accounts", group = "account"
    } },
    { for id in local.parts.search_service_ids : basename(id) => {
      id = id, type = "Microsoft.Search/searchServices", group = "searchService"
    } },
  )

  zones = { for key, target in local.targets : key =>
    provider::azureai::private_dns_zone_names(target.type, target.group, var.environment)
  }

  # Network rules of each resource, in addition to the flag: services that bypass them, and the default.
  closed = merge(
    { hub = { id = var.workspace_id, action = null, bypass = null, tasks = null } },
    { for id in [local.storage, local.vault] : basename(id) => {
      id = id, action = "Deny", bypass = ["AzureServices"], tasks = null
    } },
    { for id in compact([local.registry]) : basename(id) => {
      id = id, action = "Deny", bypass = ["AzureServices"], tasks = true
    } },
    { for id in local.parts.ai_services_ids : basename(id) => {
      id = id, action = "Deny", bypass = ["AzureServices"], tasks = null
    } },
    { for id in local.parts.search_service_ids : basename(id) => {
      id = id, action = null, bypass = ["AzureServices"], tasks = null
    } },
  )
}

resource "azureai_private_dns_zone" "all" {
  for_each = toset(flatten(values(local.zones)))

  name                = each.value
  resource_group_name = var.resource_group_name
}

resource "azureai_private_dns_zone_virtual_network_link" "all" {
  for_each = azureai_private_dns_zone.all

  name                = "link-${basename(var.virtual_network_id)}"
  private_dns_zone_id = each.value.id
  virtual_network_id  = var.virtual_network_id
}

resource "azureai_private_endpoint" "all" {
  for_each = local.targets

  name                = "pe-${each.key}"
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id

  private_service_connection {
    name                           = each.key
    private_connection_resource_id = each.value.id
    subresource_names              = [each.value.group]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for zone in local.zones[each.key] : azureai_private_dns_zone.all[zone].id]
  }
}

# The last step disables public access. The guard refuses it while a client in the network cannot reach
# the resource.
resource "azureai_public_network_access" "all" {
  for_each = local.closed

  resource_id           = each.value.id
  public_network_access = "Disabled"
  default_action        = each.value.action
  bypass                = each.value.bypass
  bypass_for_tasks      = each.value.tasks
  on_destroy            = "restore"

  guard {
    private_endpoint_ids = [
      for key, target in local.targets : azureai_private_endpoint.all[key].id if target.id == each.value.id
    ]
    client_virtual_network_ids = [var.virtual_network_id]
  }

  depends_on = [azureai_private_dns_zone_virtual_network_link.all]
}

# Checks the result.
data "azureai_network_isolation_posture" "hub" {
  workspace_id               = var.workspace_id
  client_virtual_network_ids = [var.virtual_network_id]

  depends_on = [azureai_public_network_access.all]
}

check "isolated" {
  assert {
    condition     = data.azureai_network_isolation_posture.hub.compliant
    error_message = data.azureai_network_isolation_posture.hub.summary
  }
}
