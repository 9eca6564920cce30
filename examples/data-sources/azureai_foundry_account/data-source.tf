data "azureai_foundry_account" "services" {
  name                = "airef-services"
  resource_group_name = "rg-ai"
}

output "endpoints" {
  value = data.azureai_foundry_account.services.endpoints
}
