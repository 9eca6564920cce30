# The command sets the number of resources of each kind.
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}

provider "azureai" {
  # A group of the second writer.
  ignore_tags {
    key_prefixes = ["theirs"]
  }
}

locals {
  network = "GROUP_ID/providers/Microsoft.Network"
}

resource "azureai_private_dns_zone" "all" {
  count               = ZONES
  name                = "z${count.index}.example.org"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "all" {
  count               = ZONES * NETWORKS
  name                = "to-${count.index % NETWORKS}"
  private_dns_zone_id = azureai_private_dns_zone.all[floor(count.index / NETWORKS)].id
  virtual_network_id  = "${local.network}/virtualNetworks/soak-${count.index % NETWORKS}"
}

resource "azureai_private_dns_a_record" "all" {
  count               = RECORDS
  name                = "r${count.index}"
  private_dns_zone_id = azureai_private_dns_zone.all[count.index % ZONES].id
  ttl                 = 10
  records             = ["10.0.1.9"]
}

resource "azureai_private_endpoint" "all" {
  count               = ENDPOINTS
  name                = "soak-${count.index}"
  resource_group_name = "rg-ai"
  subnet_id           = "${local.network}/virtualNetworks/vnet-ai/subnets/snet-pe"

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = "GROUP_ID/providers/Microsoft.KeyVault/vaults/airefkv"
    subresource_names              = ["vault"]
  }
}

resource "azureai_private_endpoint_application_security_group_association" "all" {
  count                         = MEMBERS * GROUPS
  private_endpoint_id           = azureai_private_endpoint.all[count.index % MEMBERS].id
  application_security_group_id = "${local.network}/applicationSecurityGroups/ours-${floor(count.index / MEMBERS)}"
}

resource "azureai_subnet_private_endpoint_policy" "all" {
  count                             = NETWORKS
  subnet_id                         = "${local.network}/virtualNetworks/soak-${count.index}/subnets/snet"
  private_endpoint_network_policies = "Enabled"
}

resource "azureai_public_network_access" "all" {
  for_each = toset([
    "GROUP_ID/providers/Microsoft.Storage/storageAccounts/airefstorage",
    "GROUP_ID/providers/Microsoft.KeyVault/vaults/airefkv",
  ])
  resource_id           = each.key
  public_network_access = "Disabled"

  guard {
    mode = "off"
  }
}
