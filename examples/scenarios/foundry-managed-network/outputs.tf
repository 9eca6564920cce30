output "endpoints" {
  description = "Addresses of the project."
  value       = azureai_foundry_project.agents.endpoints
}

output "dns_records" {
  description = "Names that clients resolve, with the addresses that they must get."
  value       = flatten([for endpoint in azureai_private_endpoint.this : endpoint.dns_records])
}
