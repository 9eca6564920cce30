locals {
  group      = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
  account_id = "${local.group}/Microsoft.CognitiveServices/accounts/airef-services"
}

# The target resource determines the category, target, authentication and metadata.
resource "azureai_foundry_connection" "storage" {
  name               = "storage"
  parent_id          = local.account_id
  target_resource_id = "${local.group}/Microsoft.Storage/storageAccounts/airefstorage"
}

# Other connections set these attributes. Neither plans nor the state contain the key. To change the key, increase
# the version.
resource "azureai_foundry_connection" "tool" {
  name      = "weather"
  parent_id = local.account_id
  category  = "ApiKey"
  target    = "https://weather.example/"
  auth_type = "ApiKey"
  metadata  = { Type = "weather" }

  credentials_wo         = { key = var.weather_key }
  credentials_wo_version = 1
}

# An ephemeral variable (Terraform 1.10 and later) keeps the key out of plans, too. Instead of the variable, an
# ephemeral resource can read the key: ephemeral.azurerm_key_vault_secret.weather.value
variable "weather_key" {
  type      = string
  ephemeral = true
  default   = "not-a-real-key"
}
