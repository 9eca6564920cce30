//! azurerm's configurations of zone links and records.

use crate::azurerm_words::{Example, each_works};

const LINKS: [Example; 5] = [
    (
        "a link",
        2,
        r#"
resource "azureai_private_dns_zone" "example" {
  name                = "mydomain.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "example" {
  name                = "test"
  private_dns_zone_id = azureai_private_dns_zone.example.id
  virtual_network_id  = local.vnet
}
output "link" { value = azureai_private_dns_zone_virtual_network_link.example.id }
"#,
    ),
    (
        "a link with registration",
        2,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "test" {
  name                 = "acctestVnetZone42.com"
  private_dns_zone_id  = azureai_private_dns_zone.test.id
  virtual_network_id   = local.vnet
  registration_enabled = true
}
"#,
    ),
    (
        "a link with fallback to the internet",
        2,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "test" {
  name                = "acctestVnetZone42.com"
  private_dns_zone_id = azureai_private_dns_zone.test.id
  virtual_network_id  = local.vnet
  resolution_policy   = "NxDomainRedirect"
}
"#,
    ),
    (
        "a link with the defaults of fallback and registration",
        2,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "test" {
  name                 = "vault-link"
  private_dns_zone_id  = azureai_private_dns_zone.test.id
  virtual_network_id   = local.vnet
  registration_enabled = false
  resolution_policy    = "Default"
}
output "policy" {
  value = azureai_private_dns_zone_virtual_network_link.test.resolution_policy
}
"#,
    ),
    (
        "a link with tags and timeouts",
        2,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "test" {
  name                = "acctestVnetZone42.com"
  private_dns_zone_id = azureai_private_dns_zone.test.id
  virtual_network_id  = local.vnet

  tags = {
    environment = "Production"
    cost_center = "MSFT"
  }

  timeouts {
    create = "30m"
    read   = "5m"
    update = "30m"
    delete = "30m"
  }
}
"#,
    ),
];

const RECORDS: [Example; 4] = [
    (
        "a record",
        2,
        r#"
resource "azureai_private_dns_zone" "example" {
  name                = "mydomain.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_a_record" "example" {
  name                = "test"
  private_dns_zone_id = azureai_private_dns_zone.example.id
  ttl                 = 300
  records             = ["10.0.180.17"]
}
output "fqdn" { value = azureai_private_dns_a_record.example.fqdn }
"#,
    ),
    (
        "a record of several addresses, with tags",
        2,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_a_record" "test" {
  name                = "myarecord42"
  private_dns_zone_id = azureai_private_dns_zone.test.id
  ttl                 = 300
  records             = ["1.2.3.4", "1.2.4.5", "1.2.3.7"]

  tags = {
    environment = "Production"
    cost_center = "MSFT"
  }
}
"#,
    ),
    (
        "records of the apex and of every name",
        3,
        r#"
resource "azureai_private_dns_zone" "test" {
  name                = "acctestzone42.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_a_record" "root" {
  name                = "@"
  private_dns_zone_id = azureai_private_dns_zone.test.id
  ttl                 = 3600
  records             = ["10.0.0.1"]
}
resource "azureai_private_dns_a_record" "any" {
  name                = "*"
  private_dns_zone_id = azureai_private_dns_zone.test.id
  ttl                 = 3600
  records             = ["10.0.0.2"]
}
"#,
    ),
    (
        "a record of an endpoint's address",
        3,
        r#"
resource "azureai_private_dns_zone" "example" {
  name                = "corp.example.com"
  resource_group_name = "rg-ai"
}
resource "azureai_private_endpoint" "example" {
  name                = "example-endpoint"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "example-privateserviceconnection"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
    is_manual_connection           = false
  }
}
resource "azureai_private_dns_a_record" "example" {
  name                = "keyvault"
  private_dns_zone_id = azureai_private_dns_zone.example.id
  ttl                 = 10
  records = [
    azureai_private_endpoint.example.private_service_connection[0].private_ip_address,
  ]
}
output "records" { value = azureai_private_dns_a_record.example.records }
"#,
    ),
];

#[test]
fn link_configurations_of_azurerm_work() {
    each_works(&LINKS);
}

#[test]
fn record_configurations_of_azurerm_work() {
    each_works(&RECORDS);
}
