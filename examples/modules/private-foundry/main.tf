locals {
  account_type = "Microsoft.CognitiveServices/accounts"

  stores = var.stores == null ? {} : {
    cosmos  = ["Microsoft.DocumentDB/databaseAccounts", var.stores.cosmos_db_account_resource_id, "Sql"]
    storage = ["Microsoft.Storage/storageAccounts", var.stores.storage_account_resource_id, "blob"]
    search  = ["Microsoft.Search/searchServices", var.stores.search_service_resource_id, "searchService"]
  }

  # Endpoints to the stores. Empty if the stores have their own endpoints.
  store_endpoints = { for name, store in local.stores : name => store
    if try(var.stores.subnet_resource_id, null) != null
  }

  account_zone_names = provider::azureai::private_dns_zone_names(
    local.account_type, "account", var.environment,
  )
  store_zone_names = { for name, store in local.store_endpoints :
    name => provider::azureai::private_dns_zone_names(store[0], store[2], var.environment)
  }
  zone_names = toset(concat(
    length(var.private_endpoints) > 0 ? local.account_zone_names : [],
    flatten(values(local.store_zone_names)),
  ))

  links = { for pair in setproduct(
    var.private_dns_zones.create ? local.zone_names : [],
    keys(var.private_dns_zones.virtual_network_resource_ids),
  ) : "${pair[0]}/${pair[1]}" => { zone = pair[0], name = pair[1] } }

  zone_ids = var.private_dns_zones.create ? {
    for name, zone in azureai_private_dns_zone.this : name => zone.id
  } : try(data.azureai_private_dns_zones.this[0].ids, {})

  connections = { for pair in setproduct(keys(var.projects), keys(local.stores)) :
    "${pair[0]}/${pair[1]}" => { project = pair[0], store = pair[1] }
  }

  # Agents use the stores only in projects with a capability host.
  hosted = { for name, project in var.projects : name => project
    if length(local.stores) > 0 && project.create_capability_host
  }
  # Azure creates the account's capability host by itself if agents have a network.
  has_network = var.agent_subnet_resource_id != null || var.managed_network
}

resource "azureai_foundry_account" "this" {
  name                    = var.name
  resource_group_name     = var.resource_group_name
  subscription_id         = var.subscription_id
  location                = var.location
  sku_name                = var.sku_name
  custom_subdomain_name   = coalesce(var.custom_subdomain_name, var.name)
  public_network_access   = var.public_network_access
  local_auth_enabled      = var.local_auth_enabled
  agent_subnet_id         = var.agent_subnet_resource_id
  managed_network         = var.managed_network
  purge_on_destroy        = var.purge_on_destroy
  wait_for_subnet_release = var.wait_for_subnet_release
  tags                    = var.tags

  identity {
    type         = var.identity.type
    identity_ids = var.identity.user_assigned_resource_ids
  }
}

# The network for agents that Microsoft manages, and its private endpoints to the stores.
resource "azureai_managed_network" "this" {
  count = var.managed_network ? 1 : 0

  parent_id      = azureai_foundry_account.this.id
  isolation_mode = var.managed_network_isolation_mode
}

resource "azureai_managed_network_outbound_rule" "store" {
  for_each = var.managed_network ? local.stores : {}

  name                = each.key
  parent_id           = azureai_managed_network.this[0].parent_id
  service_resource_id = each.value[1]
  sub_resource_target = each.value[2]
  approve             = var.approve_outbound_rules
}

resource "azureai_private_dns_zone" "this" {
  for_each = var.private_dns_zones.create ? local.zone_names : []

  name                = each.value
  resource_group_name = coalesce(var.private_dns_zones.resource_group_name, var.resource_group_name)
  subscription_id     = var.subscription_id
  tags                = var.tags
}

data "azureai_private_dns_zones" "this" {
  count = !var.private_dns_zones.create && length(local.zone_names) > 0 ? 1 : 0

  names            = local.zone_names
  subscription_ids = var.private_dns_zones.search_subscription_ids
}

resource "azureai_private_dns_zone_virtual_network_link" "this" {
  for_each = local.links

  name                = each.value.name
  private_dns_zone_id = azureai_private_dns_zone.this[each.value.zone].id
  virtual_network_id  = var.private_dns_zones.virtual_network_resource_ids[each.value.name]
  tags                = var.tags
}

resource "azureai_private_endpoint" "account" {
  for_each = var.private_endpoints

  name                           = coalesce(each.value.name, "pe-${var.name}-${each.key}")
  resource_group_name            = coalesce(each.value.resource_group_name, var.resource_group_name)
  subscription_id                = var.subscription_id
  location                       = each.value.location
  subnet_id                      = each.value.subnet_resource_id
  custom_network_interface_name  = each.value.network_interface_name
  application_security_group_ids = each.value.application_security_group_resource_ids
  dns_zone_group_mode            = each.value.dns_zone_group_mode
  tags                           = each.value.tags != null ? each.value.tags : var.tags

  private_service_connection {
    name                           = coalesce(each.value.private_service_connection_name, "account")
    private_connection_resource_id = azureai_foundry_account.this.id
    subresource_names              = ["account"]
  }

  dynamic "private_dns_zone_group" {
    for_each = each.value.dns_zone_group_mode == "managed" ? [each.value.private_dns_zone_group_name] : []

    content {
      name = private_dns_zone_group.value
      private_dns_zone_ids = each.value.private_dns_zone_resource_ids != null ? [
        for id in each.value.private_dns_zone_resource_ids : id
      ] : [for name in local.account_zone_names : local.zone_ids[name]]
    }
  }
}

resource "azureai_private_endpoint" "store" {
  for_each = local.store_endpoints

  name                = "pe-${element(split("/", each.value[1]), -1)}"
  resource_group_name = var.resource_group_name
  subscription_id     = var.subscription_id
  subnet_id           = var.stores.subnet_resource_id
  dns_zone_group_mode = var.stores.dns_zone_group_mode
  tags                = var.tags

  private_service_connection {
    name                           = each.value[2]
    private_connection_resource_id = each.value[1]
    subresource_names              = [each.value[2]]
  }

  dynamic "private_dns_zone_group" {
    for_each = var.stores.dns_zone_group_mode == "managed" ? ["default"] : []

    content {
      name                 = private_dns_zone_group.value
      private_dns_zone_ids = [for name in local.store_zone_names[each.key] : local.zone_ids[name]]
    }
  }
}

# If `public_network_access` of the stores is null, the module does not manage their flags.
resource "azureai_public_network_access" "store" {
  for_each = { for name, store in local.stores : name => store
    if try(var.stores.public_network_access, null) != null
  }

  resource_id           = each.value[1]
  public_network_access = var.stores.public_network_access
  on_destroy            = var.on_destroy

  depends_on = [
    azureai_private_endpoint.store,
    azureai_private_dns_zone_virtual_network_link.this,
  ]
}

resource "azureai_foundry_project" "this" {
  for_each = var.projects

  name                 = coalesce(each.value.name, each.key)
  cognitive_account_id = azureai_foundry_account.this.id
  location             = azureai_foundry_account.this.location
  display_name         = each.value.display_name
  description          = each.value.description
  tags                 = var.tags

  identity {
    type         = each.value.identity.type
    identity_ids = each.value.identity.user_assigned_resource_ids
  }
}

resource "azureai_foundry_connection" "store" {
  for_each = local.connections

  name               = each.value.store
  parent_id          = azureai_foundry_project.this[each.value.project].id
  target_resource_id = local.stores[each.value.store][1]
}

resource "azureai_foundry_capability_host" "account" {
  count = length(local.hosted) > 0 && !local.has_network ? 1 : 0

  name      = "agents"
  parent_id = azureai_foundry_account.this.id
}

# The capability host waits for the connections, for the account's capability host, for the roles of the
# project's identity, and for the outbound rules.
resource "azureai_foundry_capability_host" "project" {
  for_each = local.hosted

  name      = each.value.capability_host_name
  parent_id = azureai_foundry_project.this[each.key].id

  thread_storage_connections = [azureai_foundry_connection.store["${each.key}/cosmos"].name]
  storage_connections        = [azureai_foundry_connection.store["${each.key}/storage"].name]
  vector_store_connections   = [azureai_foundry_connection.store["${each.key}/search"].name]

  depends_on = [
    azureai_foundry_capability_host.account,
    azureai_managed_network_outbound_rule.store,
    azureai_private_dns_zone_virtual_network_link.this,
    azureai_private_endpoint.account,
    azureai_private_endpoint.store,
    azureai_public_network_access.store,
  ]
}
