terraform {
  required_version = ">= 1.9"

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

locals {
  # Targets of private endpoints: type, group, and resource ID.
  stores = {
    cosmos  = ["Microsoft.DocumentDB/databaseAccounts", "Sql", var.cosmos_db_account_id]
    storage = ["Microsoft.Storage/storageAccounts", "blob", var.storage_account_id]
    search  = ["Microsoft.Search/searchServices", "searchService", var.search_service_id]
  }
  targets = merge(local.stores, {
    account = ["Microsoft.CognitiveServices/accounts", "account", azureai_foundry_account.this.id]
  })

  # Six zones: three for the account, and one for each store.
  zones = { for name, target in local.targets :
    name => provider::azureai::private_dns_zone_names(target[0], target[1], "public")
  }
}

# The account is private from the first request. Its agents run in your subnet.
resource "azureai_foundry_account" "this" {
  name                  = var.name
  resource_group_name   = var.resource_group_name
  location              = var.location
  custom_subdomain_name = var.name
  public_network_access = "Disabled"
  local_auth_enabled    = false
  agent_subnet_id       = var.agent_subnet_id

  identity {
    type = "SystemAssigned"
  }
}

resource "azureai_private_dns_zone" "this" {
  for_each = toset(flatten(values(local.zones)))

  name                = each.value
  resource_group_name = var.resource_group_name
}

resource "azureai_private_dns_zone_virtual_network_link" "this" {
  for_each = azureai_private_dns_zone.this

  name                = "link-${element(split("/", var.virtual_network_id), -1)}"
  private_dns_zone_id = each.value.id
  virtual_network_id  = var.virtual_network_id
}

resource "azureai_private_endpoint" "this" {
  for_each = local.targets

  name                = "pe-${var.name}-${each.key}"
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id

  private_service_connection {
    name                           = each.key
    private_connection_resource_id = each.value[2]
    subresource_names              = [each.value[1]]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for name in local.zones[each.key] : azureai_private_dns_zone.this[name].id]
  }
}

# Disables public access to the stores. A destroy restores the former values.
resource "azureai_public_network_access" "store" {
  for_each = local.stores

  resource_id           = each.value[2]
  public_network_access = "Disabled"
  on_destroy            = "restore"

  depends_on = [
    azureai_private_endpoint.this,
    azureai_private_dns_zone_virtual_network_link.this,
  ]
}

resource "azureai_foundry_project" "agents" {
  name                 = "agents"
  cognitive_account_id = azureai_foundry_account.this.id
  location             = azureai_foundry_account.this.location

  identity {
    type = "SystemAssigned"
  }
}

resource "azureai_foundry_connection" "store" {
  for_each = local.stores

  name               = each.key
  parent_id          = azureai_foundry_project.agents.id
  target_resource_id = each.value[2]
}

# The capability host waits for the connections, for the account's capability host, which Azure creates by
# itself, and for the roles of the project's identity.
resource "azureai_foundry_capability_host" "agents" {
  name                       = "agents"
  parent_id                  = azureai_foundry_project.agents.id
  thread_storage_connections = [azureai_foundry_connection.store["cosmos"].name]
  storage_connections        = [azureai_foundry_connection.store["storage"].name]
  vector_store_connections   = [azureai_foundry_connection.store["search"].name]

  depends_on = [
    azureai_private_endpoint.this,
    azureai_public_network_access.store,
  ]
}
