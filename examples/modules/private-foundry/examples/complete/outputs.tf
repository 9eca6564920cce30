output "resource_id" {
  description = "Resource ID of the account."
  value       = module.foundry.resource_id
}

output "role_assignments" {
  description = "Roles that the identities of the projects need on the stores."
  value       = module.foundry.role_assignments
}

output "dns_records" {
  description = "DNS records that clients need."
  value       = module.foundry.dns_records
}
