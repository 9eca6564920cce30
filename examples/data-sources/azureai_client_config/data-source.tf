data "azureai_client_config" "current" {}

output "tenant_id" {
  value = data.azureai_client_config.current.tenant_id
}
