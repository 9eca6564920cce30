output "private_endpoints" {
  description = "Private endpoints to the workspace, by the keys of `private_endpoints`."
  value       = azureai_private_endpoint.workspace
}

output "default_private_endpoints" {
  description = "Private endpoints to the resources that the workspace works with: `storage_blob`, `storage_file`, `key_vault`, `container_registry`, `ai_services`, and `search`."
  value       = azureai_private_endpoint.default
}

output "private_dns_zone_ids" {
  description = "Resource IDs of the private DNS zones, by their names."
  value       = local.zone_ids
}

output "dns_records" {
  description = "Every DNS record that clients need, for a custom DNS server."
  value = flatten([
    for it in merge(azureai_private_endpoint.workspace, azureai_private_endpoint.default) : it.dns_records
  ])
}

output "effective_public_network_access" {
  description = "Public network access in Azure of the resources that the module changes, by their resource IDs."
  value = {
    for it in concat(azureai_public_network_access.workspace, values(azureai_public_network_access.default)) :
    it.resource_id => it.effective_public_network_access
  }
}
