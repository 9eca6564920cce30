# Roles that the identity of a project needs on the stores (Microsoft Learn, "Standard agent setup"). The
# module does not assign them. Assign them with azurerm, or ask an administrator.

locals {
  # Needed before the capability host is created, which waits for them.
  store_roles = {
    cosmos_operator       = ["cosmos", "Cosmos DB Operator"]
    blob_data_contributor = ["storage", "Storage Blob Data Contributor"]
    index_data            = ["search", "Search Index Data Contributor"]
    search_service        = ["search", "Search Service Contributor"]
  }

  principals = { for name, project in azureai_foundry_project.this :
    name => project.identity[0].principal_id
    if strcontains(var.projects[name].identity.type, "SystemAssigned")
  }

  # Needed after the capability host is created, which creates the database.
  cosmos_role_assignments = { for name, project in local.hosted : name => {
    resource_group_name = split("/", local.stores["cosmos"][1])[4]
    account_name        = split("/", local.stores["cosmos"][1])[8]
    role_definition_id  = "${local.stores["cosmos"][1]}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002"
    scope               = "${local.stores["cosmos"][1]}/dbs/enterprise_memory"
    principal_id        = local.principals[name]
  } if strcontains(project.identity.type, "SystemAssigned") }

  role_assignments = { for pair in setproduct(
    [for name in keys(local.hosted) : name if strcontains(local.hosted[name].identity.type, "SystemAssigned")],
    keys(local.store_roles),
    ) : "${pair[0]}/${pair[1]}" => {
    scope                = local.stores[local.store_roles[pair[1]][0]][1]
    role_definition_name = local.store_roles[pair[1]][1]
    principal_id         = local.principals[pair[0]]
  } }
}
