output "private_endpoints" {
  description = "The endpoints to the workspace, by the keys of `private_endpoints`."
  value       = azureai_private_endpoint.workspace
}

output "default_private_endpoints" {
  description = "The endpoints to what the workspace works with."
  value       = azureai_private_endpoint.default
}

output "private_dns_zone_ids" {
  description = "The zones, by their names."
  value       = local.zone_ids
}

output "dns_records" {
  description = "Every record that clients need, for a DNS of one's own."
  value = flatten([
    for it in merge(azureai_private_endpoint.workspace, azureai_private_endpoint.default) : it.dns_records
  ])
}

output "effective_public_network_access" {
  description = "What Azure says of the flags that are managed here, by resource ID."
  value = {
    for it in concat(azureai_public_network_access.workspace, values(azureai_public_network_access.default)) :
    it.resource_id => it.effective_public_network_access
  }
}
