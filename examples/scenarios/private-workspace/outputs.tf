output "private_ip_addresses" {
  description = "Addresses of the endpoint in the subnet."
  value       = azureai_private_endpoint.hub.private_ip_addresses
}

output "dns_records" {
  description = "Names that clients resolve, with the addresses that they must get."
  value       = azureai_private_endpoint.hub.dns_records
}

output "default_resources" {
  description = "Storage account, key vault, registry, and other resources that the workspace uses."
  value       = data.azureai_workspace.hub.default_resources
}

output "public_network_access" {
  description = "Public network access of the workspace after the change."
  value       = azureai_public_network_access.hub.effective_public_network_access
}
