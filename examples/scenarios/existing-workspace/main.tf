# Puts a hub that another configuration owns behind private link, with everything that it works with:
# storage account, key vault, registry, AI services, and search services.

terraform {
  required_version = ">= 1.8"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

provider "azureai" {
  subscription_id = var.subscription_id
}

variable "subscription_id" {
  description = "GUID of the subscription for the zones and the endpoints."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of the zones and the endpoints."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub)."
  type        = string
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the workspace."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the endpoints take their addresses from."
  type        = string
}

data "azureai_workspace" "hub" {
  id = var.workspace_id
}

locals {
  found = data.azureai_workspace.hub.default_resources

  # A hub needs both blob and file. It may have no registry, AI services, or search services.
  targets = { for name, target in {
    workspace = [data.azureai_workspace.hub.id, "amlworkspace"]
    blob      = [local.found.storage_account_id, "blob"]
    file      = [local.found.storage_account_id, "file"]
    vault     = [local.found.key_vault_id, "vault"]
    registry  = [local.found.container_registry_id, "registry"]
    services  = [one(local.found.ai_services_ids), "account"]
    search    = [one(local.found.search_service_ids), "searchService"]
  } : name => { id = target[0], group = target[1] } if target[0] != null }

  types = {
    workspace = "Microsoft.MachineLearningServices/workspaces"
    blob      = "Microsoft.Storage/storageAccounts"
    file      = "Microsoft.Storage/storageAccounts"
    vault     = "Microsoft.KeyVault/vaults"
    registry  = "Microsoft.ContainerRegistry/registries"
    services  = "Microsoft.CognitiveServices/accounts"
    search    = "Microsoft.Search/searchServices"
  }

  zones = { for name, target in local.targets : name => provider::azureai::private_dns_zone_names(
    local.types[name], target.group, "public",
  ) }

  # One flag for each resource. Two endpoints lead to the storage account, which has one flag.
  flags = { for name, target in local.targets : name => target.id if name != "file" }
}

resource "azureai_private_dns_zone" "all" {
  for_each = toset(flatten(values(local.zones)))

  name                = each.value
  resource_group_name = var.resource_group_name
}

resource "azureai_private_dns_zone_virtual_network_link" "all" {
  for_each = azureai_private_dns_zone.all

  name                = "link-${element(split("/", var.virtual_network_id), -1)}"
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
    private_dns_zone_ids = [for name in local.zones[each.key] : azureai_private_dns_zone.all[name].id]
  }
}

# The last step disables public access, because clients now use the endpoints. Azure services that the
# hub trusts still bypass the network rules of its storage account, key vault, and registry.
resource "azureai_public_network_access" "all" {
  for_each = local.flags

  resource_id           = each.value
  public_network_access = "Disabled"
  bypass                = contains(["blob", "vault", "registry"], each.key) ? ["AzureServices"] : null
  on_destroy            = "restore"

  depends_on = [
    azureai_private_endpoint.all,
    azureai_private_dns_zone_virtual_network_link.all,
  ]
}

output "dns_records" {
  description = "Names that clients resolve, with the addresses that they must get."
  value       = { for name, endpoint in azureai_private_endpoint.all : name => endpoint.dns_records }
}
