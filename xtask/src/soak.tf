# Of each kind as many as the command says.
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}

provider "azureai" {}

locals {
  network = "GROUP/providers/Microsoft.Network"
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
    private_connection_resource_id = "GROUP/providers/Microsoft.KeyVault/vaults/airefkv"
    subresource_names              = ["vault"]
  }
}
