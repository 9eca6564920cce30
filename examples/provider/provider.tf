terraform {
  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# Whatever is left out here is read from the environment: ARM_TENANT_ID, ARM_CLIENT_ID,
# ARM_CLIENT_SECRET.
provider "azureai" {
  subscription_id = var.subscription_id
}

variable "subscription_id" {
  description = "Subscription of the resources that do not say otherwise."
  type        = string
}
