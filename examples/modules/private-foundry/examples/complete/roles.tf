# Roles of the project's identity on the stores. Without azurerm, ask an administrator to assign the roles that the
# module's outputs list, and delete this file.

terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
  }
}

provider "azurerm" {
  subscription_id = var.subscription_id

  features {}
}

# The capability host waits for these roles.
resource "azurerm_role_assignment" "agents" {
  for_each = module.foundry.role_assignments

  scope                = each.value.scope
  role_definition_name = each.value.role_definition_name
  principal_id         = each.value.principal_id
  principal_type       = "ServicePrincipal"
}

# Cosmos DB has its own roles for its data.
resource "azurerm_cosmosdb_sql_role_assignment" "agents" {
  for_each = module.foundry.cosmos_role_assignments

  resource_group_name = each.value.resource_group_name
  account_name        = each.value.account_name
  role_definition_id  = each.value.role_definition_id
  scope               = each.value.scope
  principal_id        = each.value.principal_id
}
