terraform {
  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# The provider reads omitted arguments from azurerm's environment variables.
# If no credentials are set, it uses the account of the Azure CLI: run `az login`.
provider "azureai" {
  subscription_id = var.subscription_id
}

variable "subscription_id" {
  description = "GUID of the subscription of resources that do not set `subscription_id`."
  type        = string
}
