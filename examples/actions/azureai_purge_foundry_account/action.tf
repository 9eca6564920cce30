# terraform apply -invoke=action.azureai_purge_foundry_account.research
action "azureai_purge_foundry_account" "research" {
  config {
    name                = "aif-research"
    resource_group_name = "rg-ai"
    location            = "eastus"
  }
}
