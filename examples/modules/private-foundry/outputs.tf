output "resource_id" {
  description = "Resource ID of the account."
  value       = azureai_foundry_account.this.id
}

output "resource" {
  description = "The account."
  value       = azureai_foundry_account.this
}

output "projects" {
  description = "The projects, by the keys of `projects`."
  value       = azureai_foundry_project.this
}

output "private_endpoints" {
  description = "The endpoints to the account, by the keys of `private_endpoints`."
  value       = azureai_private_endpoint.account
}

output "store_private_endpoints" {
  description = "The endpoints to the stores: `cosmos`, `storage` and `search`."
  value       = azureai_private_endpoint.store
}

output "outbound_rules" {
  description = "The managed network's rules to the stores: `cosmos`, `storage` and `search`."
  value       = azureai_managed_network_outbound_rule.store
}

output "private_dns_zone_ids" {
  description = "The zones, by their names."
  value       = local.zone_ids
}

output "dns_records" {
  description = "Every record that clients need, for a DNS of your own."
  value = flatten([
    for it in concat(values(azureai_private_endpoint.account), values(azureai_private_endpoint.store)) :
    it.dns_records
  ])
}

output "role_assignments" {
  description = <<-DESCRIPTION
    Roles that the system-assigned identity of each project needs on the stores before its capability
    host is made: the arguments of an `azurerm_role_assignment` each. Its keys are known in the first
    plan.
  DESCRIPTION
  value       = local.role_assignments
}

output "cosmos_role_assignments" {
  description = <<-DESCRIPTION
    Roles of Cosmos DB's own that the system-assigned identity of each project needs for its agents' data
    once its capability host is made: the arguments of an `azurerm_cosmosdb_sql_role_assignment` each. Its
    keys are known in the first plan.
  DESCRIPTION
  value       = local.cosmos_role_assignments

  depends_on = [azureai_foundry_capability_host.project]
}
