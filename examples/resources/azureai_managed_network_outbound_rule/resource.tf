locals {
  group = "/subscriptions/${var.subscription_id}/resourceGroups/rg-ai/providers"
}

resource "azureai_managed_network" "agents" {
  parent_id      = "${local.group}/Microsoft.CognitiveServices/accounts/airef-foundry"
  isolation_mode = "AllowOnlyApprovedOutbound"
}

# Allows agents to install packages.
resource "azureai_managed_network_outbound_rule" "pypi" {
  name             = "pypi"
  parent_id        = azureai_managed_network.agents.parent_id
  destination_fqdn = "*.pypi.org"
}

resource "azureai_managed_network_outbound_rule" "monitor" {
  name        = "monitor"
  parent_id   = azureai_managed_network.agents.parent_id
  service_tag = "AzureMonitor"
  protocol    = "TCP"
  port_ranges = "443"
}

# Private endpoints to the agents' stores. If the account's identity has the role Azure AI
# Enterprise Network Connection Approver on the stores, `approve` is not needed.
resource "azureai_managed_network_outbound_rule" "store" {
  for_each = {
    threads = { id = "Microsoft.DocumentDB/databaseAccounts/airef-cosmos", part = "Sql" }
    vectors = { id = "Microsoft.Search/searchServices/airef-foundry-search", part = "searchService" }
  }

  name                = each.key
  parent_id           = azureai_managed_network.agents.parent_id
  service_resource_id = "${local.group}/${each.value.id}"
  sub_resource_target = each.value.part
  approve             = true
}

resource "azureai_managed_network_outbound_rule" "files" {
  name                = "files"
  parent_id           = azureai_managed_network.agents.parent_id
  service_resource_id = "${local.group}/Microsoft.Storage/storageAccounts/aireffoundry"
  sub_resource_target = "blob"
  approve             = true
}
