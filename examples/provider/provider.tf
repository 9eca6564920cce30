terraform {
  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# Whatever is left out here is read from the environment, with azurerm's variables. With nothing
# given at all, the account of the Azure CLI is used: run `az login`.
provider "azureai" {
  subscription_id = var.subscription_id
}

variable "subscription_id" {
  description = "Subscription of the resources that do not say otherwise."
  type        = string
}
