data "azureai_workspace" "this" {
  id = var.workspace_id
}

locals {
  found = data.azureai_workspace.this.default_resources

  workspace_type = "Microsoft.MachineLearningServices/workspaces"

  default_targets = { for name, target in {
    storage_blob       = ["Microsoft.Storage/storageAccounts", local.found.storage_account_id, "blob"]
    storage_file       = ["Microsoft.Storage/storageAccounts", local.found.storage_account_id, "file"]
    key_vault          = ["Microsoft.KeyVault/vaults", local.found.key_vault_id, "vault"]
    container_registry = ["Microsoft.ContainerRegistry/registries", local.found.container_registry_id, "registry"]
    ai_services        = ["Microsoft.CognitiveServices/accounts", one(local.found.ai_services_ids), "account"]
    search             = ["Microsoft.Search/searchServices", one(local.found.search_service_ids), "searchService"]
  } : name => target if var.default_resources != null && target[1] != null }

  workspace_zone_names = provider::azureai::private_dns_zone_names(
    local.workspace_type, "amlworkspace", var.environment,
  )
  default_zone_names = { for name, target in local.default_targets :
    name => provider::azureai::private_dns_zone_names(target[0], target[2], var.environment)
  }
  zone_names = toset(concat(
    length(var.private_endpoints) > 0 ? local.workspace_zone_names : [],
    flatten(values(local.default_zone_names)),
  ))

  links = { for pair in setproduct(
    var.private_dns_zones.create ? local.zone_names : [],
    keys(var.private_dns_zones.virtual_network_resource_ids),
  ) : "${pair[0]}/${pair[1]}" => { zone = pair[0], name = pair[1] } }

  zone_ids = var.private_dns_zones.create ? {
    for name, zone in azureai_private_dns_zone.this : name => zone.id
  } : try(data.azureai_private_dns_zones.this[0].ids, {})
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

resource "azureai_private_endpoint" "workspace" {
  for_each = var.private_endpoints

  name                           = coalesce(each.value.name, "pe-${data.azureai_workspace.this.name}-${each.key}")
  resource_group_name            = coalesce(each.value.resource_group_name, var.resource_group_name)
  subscription_id                = var.subscription_id
  location                       = each.value.location
  subnet_id                      = each.value.subnet_resource_id
  custom_network_interface_name  = each.value.network_interface_name
  application_security_group_ids = each.value.application_security_group_resource_ids
  dns_zone_group_mode            = each.value.dns_zone_group_mode
  tags                           = each.value.tags != null ? each.value.tags : var.tags

  private_service_connection {
    name                           = coalesce(each.value.private_service_connection_name, "workspace")
    private_connection_resource_id = var.workspace_id
    subresource_names              = ["amlworkspace"]
  }

  dynamic "private_dns_zone_group" {
    for_each = each.value.dns_zone_group_mode == "managed" ? [each.value.private_dns_zone_group_name] : []

    content {
      name = private_dns_zone_group.value
      private_dns_zone_ids = each.value.private_dns_zone_resource_ids != null ? [
        for id in each.value.private_dns_zone_resource_ids : id
      ] : [for name in local.workspace_zone_names : local.zone_ids[name]]
    }
  }
}

resource "azureai_private_endpoint" "default" {
  for_each = local.default_targets

  name                = "pe-${element(split("/", each.value[1]), -1)}-${each.value[2]}"
  resource_group_name = var.resource_group_name
  subscription_id     = var.subscription_id
  subnet_id           = var.default_resources.subnet_resource_id
  tags                = var.tags

  private_service_connection {
    name                           = each.value[2]
    private_connection_resource_id = each.value[1]
    subresource_names              = [each.value[2]]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for name in local.default_zone_names[each.key] : local.zone_ids[name]]
  }
}

resource "azureai_public_network_access" "workspace" {
  count = var.public_network_access == null ? 0 : 1

  resource_id           = var.workspace_id
  public_network_access = var.public_network_access
  on_destroy            = var.on_destroy

  depends_on = [
    azureai_private_endpoint.workspace,
    azureai_private_dns_zone_virtual_network_link.this,
  ]
}

resource "azureai_public_network_access" "default" {
  # Two endpoints lead to the storage account, which has one flag.
  for_each = { for name, target in local.default_targets : name => target
    if name != "storage_file" && try(var.default_resources.manage_public_network_access, false)
  }

  resource_id           = each.value[1]
  public_network_access = var.default_resources.public_network_access
  # Azure services that the hub trusts still bypass the network rules.
  bypass = contains(["storage_blob", "key_vault", "container_registry"], each.key) ? [
    "AzureServices",
  ] : null
  on_destroy = var.on_destroy

  depends_on = [
    azureai_private_endpoint.default,
    azureai_private_dns_zone_virtual_network_link.this,
  ]
}
