output "effective_public_network_access" {
  description = "Public network access in Azure, by resource IDs."
  value       = module.private_workspace.effective_public_network_access
}

output "dns_records" {
  description = "DNS records that clients need."
  value       = module.private_workspace.dns_records
}
