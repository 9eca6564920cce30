# A Foundry account that is private from its first minute: its agents run in a subnet, keep what they
# know in three stores, and everything is reached by private endpoints.

terraform {
  required_providers {
    azureai = {
      source = "azureai/azureai"
    }
  }
}

provider "azureai" {
  subscription_id = var.subscription_id
}

resource "azureai_foundry_account" "it" {
  name                  = var.name
  resource_group_name   = var.resource_group_name
  location              = var.location
  custom_subdomain_name = var.name
  agent_subnet_id       = var.agent_subnet_id
  local_auth_enabled    = false

  identity {
    type = "SystemAssigned"
  }
}

resource "azureai_foundry_project" "agents" {
  name                 = "agents"
  cognitive_account_id = azureai_foundry_account.it.id
  location             = azureai_foundry_account.it.location

  identity {
    type = "SystemAssigned"
  }
}

resource "azureai_foundry_connection" "store" {
  for_each = var.stores

  name               = each.key
  parent_id          = azureai_foundry_project.agents.id
  target_resource_id = each.value
}

# The host of the account, which the service makes by itself, is waited for.
resource "azureai_foundry_capability_host" "agents" {
  name      = "agents"
  parent_id = azureai_foundry_project.agents.id

  thread_storage_connections = [azureai_foundry_connection.store["cosmos"].name]
  storage_connections        = [azureai_foundry_connection.store["storage"].name]
  vector_store_connections   = [azureai_foundry_connection.store["search"].name]
}

locals {
  endpoints = {
    foundry = { id = azureai_foundry_account.it.id, group = "account", zones = [
      "privatelink.cognitiveservices.azure.com",
      "privatelink.openai.azure.com",
      "privatelink.services.ai.azure.com",
    ] }
    cosmos = { id = var.stores["cosmos"], group = "Sql", zones = [
      "privatelink.documents.azure.com",
    ] }
    storage = { id = var.stores["storage"], group = "blob", zones = [
      "privatelink.blob.core.windows.net",
    ] }
    search = { id = var.stores["search"], group = "searchService", zones = [
      "privatelink.search.windows.net",
    ] }
  }
}

resource "azureai_private_dns_zone" "all" {
  for_each = toset(flatten([for it in local.endpoints : it.zones]))

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
  for_each = local.endpoints

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
    private_dns_zone_ids = [for zone in each.value.zones : azureai_private_dns_zone.all[zone].id]
  }
}

# The stores belong to someone else: their former access comes back with the destroy.
resource "azureai_public_network_access" "store" {
  for_each = var.stores

  resource_id           = each.value
  public_network_access = "Disabled"
  on_destroy            = "restore"

  depends_on = [
    azureai_private_endpoint.all,
    azureai_private_dns_zone_virtual_network_link.all,
  ]
}

variable "subscription_id" {
  description = "Subscription in which everything is made."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group in which everything is made."
  type        = string
}

variable "location" {
  description = "Region of the account."
  type        = string
  default     = "eastus"
}

variable "name" {
  description = "Name and sub-domain of the account."
  type        = string
  default     = "aif-research"
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the account."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet from which the endpoints take their addresses."
  type        = string
}

variable "agent_subnet_id" {
  description = "Resource ID of the subnet in which the agents run."
  type        = string
}

variable "stores" {
  description = "Resource IDs of the Cosmos DB account, the storage account and the search service."
  type        = object({ cosmos = string, storage = string, search = string })
}
