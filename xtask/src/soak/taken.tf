# Resources that the second writer already created, every second one as configured here.
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}

provider "azureai" {
  # Without this, the plan would refuse some of them.
  checks = "off"
}

locals {
  network = "GROUP_ID/providers/Microsoft.Network"
  zones   = [for number in range(MANY_TAKEN) : "taken-${number}.example.net"]
}

resource "azureai_private_dns_zone" "all" {
  count               = MANY_TAKEN
  name                = local.zones[count.index]
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "all" {
  count               = MANY_TAKEN
  name                = "taken"
  private_dns_zone_id = "${local.network}/privateDnsZones/${local.zones[count.index]}"
  virtual_network_id  = "${local.network}/virtualNetworks/theirs"
}

resource "azureai_private_dns_a_record" "all" {
  count               = MANY_TAKEN
  name                = "taken"
  private_dns_zone_id = "${local.network}/privateDnsZones/${local.zones[count.index]}"
  ttl                 = 10
  records             = ["10.0.1.9"]
}

resource "azureai_private_endpoint" "all" {
  count               = MANY_TAKEN
  name                = "taken-${count.index}"
  resource_group_name = "rg-ai"
  subnet_id           = "${local.network}/virtualNetworks/vnet-ai/subnets/snet-pe"

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = "GROUP_ID/providers/Microsoft.KeyVault/vaults/airefkv"
    subresource_names              = ["vault"]
  }
}
