output "network_status" {
  description = "Status of the managed network: `Active` or `Inactive`."
  value       = azureai_managed_network.hub.status
}

output "dns_records" {
  description = "Names that clients resolve, with the addresses that they must get."
  value       = azureai_private_endpoint.hub.dns_records
}
