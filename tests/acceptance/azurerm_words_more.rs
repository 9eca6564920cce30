//! azurerm's configurations that use more than azurerm's documentation shows.

use crate::azurerm_words::{Example, each_works};

const MORE: [Example; 5] = [
    (
        "zones that the catalog does not have",
        3,
        r#"
resource "azureai_private_dns_zone" "finance" {
  name                = "finance.example.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone" "sales" {
  name                = "sales.example.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_endpoint" "test" {
  name                = "acctest-privatelink-210119"
  resource_group_name = "rg-ai"
  location            = local.place
  subnet_id           = local.subnet

  private_dns_zone_group {
    name                 = "acctest-dzg-210119"
    private_dns_zone_ids = [azureai_private_dns_zone.sales.id, azureai_private_dns_zone.finance.id]
  }

  private_service_connection {
    name                           = "acctest-privatelink-psc-210119"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }
}
output "zones" { value = azureai_private_endpoint.test.private_dns_zone_configs[*].name }
output "group" { value = azureai_private_endpoint.test.private_dns_zone_group[0].id }
"#,
    ),
    (
        "two manual connections to one target, by count",
        2,
        r#"
resource "azureai_private_endpoint" "test" {
  count               = 2
  name                = "acctest-privatelink-${count.index}"
  resource_group_name = "rg-ai"
  location            = local.place
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "acctest-psc-${count.index}"
    is_manual_connection           = true
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
    request_message                = "Please let us in."
  }
}
output "addresses" {
  value = azureai_private_endpoint.test[*].private_service_connection[0].private_ip_address
}
"#,
    ),
    (
        "dynamic blocks from variables, as in modules",
        1,
        r#"
variable "endpoint" {
  type = object({
    zone_ids   = optional(list(string), [])
    addresses  = optional(map(object({ address = string, member = optional(string) })), {})
    is_manual  = optional(bool, false)
    message    = optional(string)
    interface  = optional(string)
  })
  default = {
    addresses = { one = { address = "10.0.1.77" } }
    interface = "nic-of-the-module"
  }
}
resource "azureai_private_endpoint" "this" {
  name                          = "pe-of-a-module"
  resource_group_name           = "rg-ai"
  location                      = "eastus"
  subnet_id                     = local.subnet
  custom_network_interface_name = var.endpoint.interface
  tags                          = null

  private_service_connection {
    name                           = "pse-of-a-module"
    is_manual_connection           = var.endpoint.is_manual
    private_connection_resource_id = local.search
    subresource_names              = ["searchService"]
    request_message                = var.endpoint.is_manual ? var.endpoint.message : null
  }
  dynamic "ip_configuration" {
    for_each = var.endpoint.addresses
    content {
      name               = ip_configuration.key
      private_ip_address = ip_configuration.value.address
      member_name        = ip_configuration.value.member
      subresource_name   = "searchService"
    }
  }
  dynamic "private_dns_zone_group" {
    for_each = length(var.endpoint.zone_ids) > 0 ? ["one"] : []
    content {
      name                 = "default"
      private_dns_zone_ids = var.endpoint.zone_ids
    }
  }
}
output "interface" { value = azureai_private_endpoint.this.network_interface[0].name }
"#,
    ),
    (
        "links of one zone to several networks, and records from a map",
        5,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone210119.com"
  resource_group_name = "rg-ai"
  tags                = { environment = "staging", cost_center = "MSFT" }
}
resource "azureai_private_dns_zone_virtual_network_link" "test" {
  for_each             = { main = local.vnet }
  name                 = "acctestVnetZone-${each.key}"
  private_dns_zone_id  = azureai_private_dns_zone.test.id
  virtual_network_id   = each.value
  registration_enabled = true
  tags                 = { environment = "Production" }
}
resource "azureai_private_dns_a_record" "test" {
  for_each            = { www = ["1.2.3.4", "1.2.4.5"], "*" = ["1.2.3.6"], "a.b" = ["1.2.3.7"] }
  name                = each.key
  private_dns_zone_id = azureai_private_dns_zone.test.id
  ttl                 = 300
  records             = each.value
}
output "names" { value = [for record in azureai_private_dns_a_record.test : record.fqdn] }
"#,
    ),
    (
        "an endpoint in a security group, with a zone group and a tag",
        3,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_endpoint" "test" {
  name                = "acctest-privatelink"
  resource_group_name = "rg-ai"
  location            = local.place
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "acctest-psc"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }
  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azureai_private_dns_zone.test.id]
  }
  tags = { env = "test" }

  lifecycle {
    ignore_changes = [tags]
  }
}
resource "azureai_private_endpoint_application_security_group_association" "test" {
  private_endpoint_id           = azureai_private_endpoint.test.id
  application_security_group_id = local.asg
}
output "records" { value = azureai_private_endpoint.test.private_dns_zone_configs[0].record_sets }
"#,
    ),
];

#[test]
fn further_configurations_of_azurerm_work() {
    each_works(&MORE);
}
