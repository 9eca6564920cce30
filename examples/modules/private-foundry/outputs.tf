output "resource_id" {
  description = "Resource ID of the account."
  value       = azureai_foundry_account.this.id
}

output "resource" {
  description = "Foundry account, with the attributes of `azureai_foundry_account`."
  value       = azureai_foundry_account.this
}

output "projects" {
  description = "Foundry projects, by the keys of `projects`."
  value       = azureai_foundry_project.this
}

output "private_endpoints" {
  description = "Private endpoints to the account, by the keys of `private_endpoints`."
  value       = azureai_private_endpoint.account
}

output "store_private_endpoints" {
  description = "Private endpoints to the stores: `cosmos`, `storage`, and `search`."
  value       = azureai_private_endpoint.store
}

output "outbound_rules" {
  description = "Outbound rules of the managed network to the stores: `cosmos`, `storage`, and `search`."
  value       = azureai_managed_network_outbound_rule.store
}

output "private_dns_zone_ids" {
  description = "Resource IDs of the private DNS zones, by their names."
  value       = local.zone_ids
}

output "dns_records" {
  description = "Every DNS record that clients need, for a custom DNS server."
  value = flatten([
    for it in concat(values(azureai_private_endpoint.account), values(azureai_private_endpoint.store)) :
    it.dns_records
  ])
}

output "role_assignments" {
  description = "Roles that the system-assigned identity of each project needs on the stores before its capability host is created. Each value has the arguments of an `azurerm_role_assignment`. The keys are known in the first plan."
  value       = local.role_assignments
}

output "cosmos_role_assignments" {
  description = "Data roles of Cosmos DB that the system-assigned identity of each project needs after its capability host is created. Each value has the arguments of an `azurerm_cosmosdb_sql_role_assignment`. The keys are known in the first plan."
  value       = local.cosmos_role_assignments

  depends_on = [azureai_foundry_capability_host.project]
}
