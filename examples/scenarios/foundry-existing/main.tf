# Puts a Foundry account that another configuration owns behind private link, with the stores of its
# agents: storage account, Cosmos DB, and search service. The account and the stores keep their owner.

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

variable "account_id" {
  description = "Resource ID of the Foundry account."
  type        = string
}

variable "stores" {
  description = "Resource IDs of the stores that connections of the account and its projects name, by group: blob, Sql, searchService, vault, or registry."
  type        = map(string)
  default     = {}
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the account."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the endpoints take their addresses from. It must not be the agents' subnet."
  type        = string
}

locals {
  types = {
    account       = "Microsoft.CognitiveServices/accounts"
    blob          = "Microsoft.Storage/storageAccounts"
    Sql           = "Microsoft.DocumentDB/databaseAccounts"
    searchService = "Microsoft.Search/searchServices"
    vault         = "Microsoft.KeyVault/vaults"
    registry      = "Microsoft.ContainerRegistry/registries"
  }

  # An account has names in three zones.
  targets = merge({ account = var.account_id }, var.stores)
  zones = { for group, id in local.targets : group => provider::azureai::private_dns_zone_names(
    local.types[group], group, "public",
  ) }
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
    private_connection_resource_id = each.value
    subresource_names              = [each.key]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for name in local.zones[each.key] : azureai_private_dns_zone.all[name].id]
  }
}

# The last step disables public access. The guard refuses it while a client in the network cannot reach
# the resource by each of its names.
resource "azureai_public_network_access" "all" {
  for_each = local.targets

  resource_id           = each.value
  public_network_access = "Disabled"
  default_action        = contains(["Sql", "searchService"], each.key) ? null : "Deny"
  bypass                = contains(["blob", "vault", "registry"], each.key) ? ["AzureServices"] : null
  on_destroy            = "restore"

  guard {
    private_endpoint_ids       = [azureai_private_endpoint.all[each.key].id]
    client_virtual_network_ids = [var.virtual_network_id]
  }

  depends_on = [azureai_private_dns_zone_virtual_network_link.all]
}

# Checks the account, every store that a connection names, and the agents.
data "azureai_network_isolation_posture" "account" {
  resource_id                = var.account_id
  client_virtual_network_ids = [var.virtual_network_id]

  depends_on = [azureai_public_network_access.all]
}

check "isolated" {
  assert {
    condition     = data.azureai_network_isolation_posture.account.compliant
    error_message = data.azureai_network_isolation_posture.account.summary
  }
}

output "dns_records" {
  description = "Names that clients resolve, with the addresses that they must get."
  value       = { for group, endpoint in azureai_private_endpoint.all : group => endpoint.dns_records }
}

output "summary" {
  description = "Summary of the posture in Markdown."
  value       = data.azureai_network_isolation_posture.account.summary
}
