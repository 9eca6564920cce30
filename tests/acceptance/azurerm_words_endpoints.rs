//! azurerm's configurations of private endpoints: their targets and their options.

use crate::azurerm_words::{Example, each_works_and_shows};

/// Outputs that users of azurerm read from an endpoint.
const OUTPUTS: &str = r#"
output "address" {
  value = azureai_private_endpoint.example.private_service_connection[0].private_ip_address
}
output "interface" { value = azureai_private_endpoint.example.network_interface[0].id }
output "interface_name" { value = azureai_private_endpoint.example.network_interface[0].name }
"#;

const TARGETS: [Example; 7] = [
    (
        "a storage account",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "example-endpoint"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "example-privateserviceconnection"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }
}
output "names" { value = azureai_private_endpoint.example.custom_dns_configs[0].fqdn }
output "addresses" { value = azureai_private_endpoint.example.custom_dns_configs[0].ip_addresses }
"#,
    ),
    (
        "a key vault, with tags",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "pe-keyvault"
  location            = "eastus"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-keyvault"
    private_connection_resource_id = local.vault
    is_manual_connection           = false
    subresource_names              = ["Vault"]
  }

  tags = {
    env = "test"
  }
}
output "names" { value = azureai_private_endpoint.example.custom_dns_configs[*].fqdn }
"#,
    ),
    (
        "a registry, whose data has its own name",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "pe-registry"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-registry"
    private_connection_resource_id = local.registry
    is_manual_connection           = false
    subresource_names              = ["registry"]
  }
}
output "data" { value = azureai_private_endpoint.example.custom_dns_configs[1].ip_addresses }
"#,
    ),
    (
        "a cognitive account",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "pe-cognitive"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-cognitive"
    is_manual_connection           = false
    private_connection_resource_id = local.account
    subresource_names              = ["account"]
  }
}
output "configs" { value = azureai_private_endpoint.example.custom_dns_configs }
"#,
    ),
    (
        "a search service",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "pe-search"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-search"
    is_manual_connection           = false
    private_connection_resource_id = local.search
    subresource_names              = ["searchService"]
  }
}
"#,
    ),
    (
        "a machine learning workspace, with timeouts",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "pe-workspace"
  location            = "East US"
  resource_group_name = "RG-AI"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-workspace"
    is_manual_connection           = false
    private_connection_resource_id = local.workspace
    subresource_names              = ["amlworkspace"]
  }

  timeouts {
    create = "60m"
    read   = "5m"
    update = "60m"
    delete = "60m"
  }
}
output "names" {
  value = flatten(azureai_private_endpoint.example.custom_dns_configs[*].fqdn)
}
"#,
    ),
    (
        "a service of another owner, by its alias",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "example-endpoint"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                              = "example-privateserviceconnection"
    private_connection_resource_alias = join(".", [
      "example-privatelinkservice",
      "d20286c8-4ea5-11eb-9584-8f53157226c6",
      "centralus.azure.privatelinkservice",
    ])
    is_manual_connection              = true
    request_message                   = "PL"
  }
}
"#,
    ),
];

const WAYS: [Example; 6] = [
    (
        "a manual connection",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "acctest-privatelink-42"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "acctest-privatelink-psc-42"
    is_manual_connection           = true
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
    request_message                = "CATS: ALL YOUR BASE ARE BELONG TO US."
  }
}
"#,
    ),
    (
        "a fixed address",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "acctest-privatelink-42"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "acctest-privatelink-psc-42"
    is_manual_connection           = false
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
  }

  ip_configuration {
    name               = "acctest-ip-privatelink-42"
    private_ip_address = "10.0.1.128"
    subresource_name   = "blob"
  }
}
output "member" { value = azureai_private_endpoint.example.ip_configuration[0].member_name }
"#,
    ),
    (
        "a fixed address for each member",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "acctest-privatelink-42"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "acctest-privatelink-psc-42"
    is_manual_connection           = false
    private_connection_resource_id = local.workspace
    subresource_names              = ["amlworkspace"]
  }

  dynamic "ip_configuration" {
    for_each = { default = 21, notebook = 22, inference = 23 }
    content {
      name               = "ip-${ip_configuration.key}"
      private_ip_address = cidrhost("10.0.1.0/24", ip_configuration.value)
      subresource_name   = "amlworkspace"
      member_name        = ip_configuration.key
    }
  }
}
"#,
    ),
    (
        "an interface with a name",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                          = "acctest-privatelink-42"
  location                      = local.place
  resource_group_name           = "rg-ai"
  subnet_id                     = local.subnet
  custom_network_interface_name = "acctest-privatelink-42-nic"

  private_service_connection {
    name                           = "acctest-privatelink-psc-42"
    is_manual_connection           = false
    private_connection_resource_id = local.storage
    subresource_names              = ["file"]
  }
}
"#,
    ),
    (
        "a security group",
        2,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "example-privatelink"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-storage"
    is_manual_connection           = false
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
  }
}
resource "azureai_private_endpoint_application_security_group_association" "example" {
  private_endpoint_id           = azureai_private_endpoint.example.id
  application_security_group_id = local.asg
}
output "association" {
  value = azureai_private_endpoint_application_security_group_association.example.id
}
"#,
    ),
    (
        "a connection with its data source",
        1,
        r#"
resource "azureai_private_endpoint" "example" {
  name                = "example-private-endpoint"
  location            = local.place
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "psc-storage"
    is_manual_connection           = false
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
  }
}
data "azureai_private_endpoint_connection" "example" {
  name                = azureai_private_endpoint.example.name
  resource_group_name = azureai_private_endpoint.example.resource_group_name
}
locals { found = data.azureai_private_endpoint_connection.example }
output "private_endpoint_status" { value = local.found.private_service_connection[0].status }
output "response" { value = local.found.private_service_connection[0].request_response }
output "same" { value = local.found.private_service_connection[0].private_ip_address }
output "place" { value = [local.found.id, local.found.location] }
output "found_interface" { value = local.found.network_interface[0].id }
"#,
    ),
];

#[test]
fn endpoint_target_configurations_of_azurerm_work() {
    each_works_and_shows(&TARGETS, OUTPUTS);
}

#[test]
fn endpoint_option_configurations_of_azurerm_work() {
    each_works_and_shows(&WAYS, OUTPUTS);
}
