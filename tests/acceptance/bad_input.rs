//! Invalid configuration is reported at the earliest step that can detect it, with its line.

use crate::cases::cases;
use crate::pieces;
use crate::world::World;

/// Asserts that `validate` rejects every case of a table and sends no request. A case replaces a
/// part of the configuration (`good`) by another (`bad`). The error contains the words in `says`
/// and shows a line (`line`, or else the first line of `bad`).
pub fn are_refused(configuration: &str, table: &str) {
    let world = World::new();
    world.config(configuration);
    world.validate().succeeds();
    for case in cases(table) {
        let (good, bad) = (case.need("good"), case.need("bad"));
        assert!(configuration.contains(&good), "nowhere: {good}");
        world.config(&configuration.replacen(&good, &bad, 1));
        let first = bad.lines().next().unwrap().to_owned();
        let line = case.get("line").unwrap_or(first);
        let outcome = world.validate().fails_with(&case.need("says"));
        outcome.says("on main.tf line").says(&line);
    }
    assert!(world.cloud.requests().is_empty(), "validate asks Azure nothing");
}

#[test]
fn invalid_endpoint_arguments_are_errors() {
    let zones = r#"
locals {
  api       = "${local.network}/privateDnsZones/privatelink.api.azureml.ms"
  notebooks = "${local.network}/privateDnsZones/privatelink.notebooks.azure.net"
}
"#;
    let hcl = [pieces::ZONE, zones, &pieces::endpoint_with(pieces::INLINE_GROUP)].concat();
    are_refused(
        &hcl,
        r#"
good: "pe-hub"
bad:  "-hub"
says: 1 to 80 letters

good: subnet_id           = local.subnet
bad:  subnet_id           = local.vnet
says: virtualNetworks/…/subnets/…

good: subnet_id           = local.subnet
bad:  subnet_id = "snet-pe"
says: "snet-pe" is not a resource ID

good: subnet_id           = local.subnet
bad:  subnet_id = local.subnet
bad:  tags      = { "a?" = "1" }
line: tags
says: tag name

good: private_connection_resource_id = local.workspace
bad:  is_manual_connection = false
line: private_service_connection {
says: exactly one target

good: private_connection_resource_id = local.workspace
bad:  private_connection_resource_id    = local.workspace
bad:  private_connection_resource_alias = "a.b.eastus.azure.privatelinkservice"
says: exactly one target

good: private_connection_resource_id = local.workspace
bad:  private_connection_resource_alias = "a.b"
says: .azure.privatelinkservice

good: ["amlworkspace"]
bad:  ["workspace"]
says: amlworkspace

good: [azureai_private_dns_zone.api.id]
bad:  [local.vnet]
says: privateDnsZones/…

good: [azureai_private_dns_zone.api.id]
bad:  []
says: The list is empty

good: [azureai_private_dns_zone.api.id]
bad:  [for zone in range(6) : "${local.network}/privateDnsZones/z${zone}.example.org"]
says: The zone group has 6 zones

good: [azureai_private_dns_zone.api.id]
bad:  [upper(local.api)]
bad:  config_names         = { (local.api) = "-api" }
line: config_names
says: 1 to 80 letters

good: [azureai_private_dns_zone.api.id]
bad:  [local.api]
bad:  config_names = { (local.api) = "api", (upper(local.api)) = "again" }
line: config_names
says: contains two names

good: [azureai_private_dns_zone.api.id]
bad:  [local.api]
bad:  config_names = { (local.vnet) = "api" }
line: config_names
says: privateDnsZones/…

good: [azureai_private_dns_zone.api.id]
bad:  [local.api]
bad:  config_names = { "${local.api}.more" = "api" }
line: config_names
says: is not in the zone group

good: [azureai_private_dns_zone.api.id]
bad:  [local.api, local.notebooks]
bad:  config_names = { (local.api) = "one", (local.notebooks) = "One" }
line: config_names
says: occurs twice in the zone group

good: ["amlworkspace"]
bad:  ["amlworkspace"]
bad:  }
bad:  ip_configuration {
bad:    name               = "one"
bad:    private_ip_address = "10.0.1.40"
bad:    member_name        = "default"
bad:  }
bad:  ip_configuration {
bad:    name               = "ONE"
bad:    private_ip_address = "10.0.1.41"
bad:    member_name        = "notebook"
line: name               = "ONE"
says: the same name

good: ["amlworkspace"]
bad:  ["amlworkspace"]
bad:  }
bad:  ip_configuration {
bad:    name               = "one"
bad:    private_ip_address = "10.0.1.40"
bad:    subresource_name   = "amlworkspace"
bad:    member_name        = "default"
bad:  }
bad:  ip_configuration {
bad:    name               = "two"
bad:    private_ip_address = "10.0.1.41"
bad:    subresource_name   = "amlworkspace"
bad:    member_name        = "DEFAULT"
line: member_name        = "DEFAULT"
says: have the same member
"#,
    );
}

#[test]
fn blank_and_null_endpoint_arguments_are_errors() {
    are_refused(
        pieces::ENDPOINT,
        r#"
good: private_connection_resource_id = local.workspace
bad:  private_connection_resource_id = local.workspace
bad:  is_manual_connection           = true
bad:  request_message                = "   "
line: request_message                = "   "
says: The text is blank

good: subnet_id           = local.subnet
bad:  subnet_id = local.subnet
bad:  location  = ""
line: location  = ""
says: The text is blank

good: ["amlworkspace"]
bad:  ["a"]
says: 3 to 63 letters

good: ["amlworkspace"]
bad:  ["amlworkspace", null]
says: Element 1 is null

good: ["amlworkspace"]
bad:  ["amlworkspace"]
bad:  }
bad:  ip_configuration {
bad:    name               = "one"
bad:    private_ip_address = "10.0.1.40"
bad:    member_name        = ""
line: member_name        = ""
says: 3 to 63 letters
"#,
    );
}

#[test]
fn invalid_zone_and_link_arguments_are_errors() {
    are_refused(
        &[pieces::ZONE, pieces::LINK].concat(),
        r#"
good: "privatelink.api.azureml.ms"
bad:  "local"
says: 2 to 34 labels

good: "privatelink.api.azureml.ms"
bad:  "a.b."
says: 2 to 34 labels

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "a/b"
says: resource group name

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  tags                = { for number in range(51) : number => "" }
line: tags                = { for number in range(51) : number => "" }
says: Azure allows 50

good: virtual_network_id  = local.vnet
bad:  virtual_network_id = local.subnet
says: virtualNetworks/…

good: private_dns_zone_id = azureai_private_dns_zone.api.id
bad:  private_dns_zone_id = local.vnet
says: privateDnsZones/…

good: private_dns_zone_id = azureai_private_dns_zone.api.id
bad:  registration_enabled = true
bad:  private_dns_zone_id  = "${local.network}/privateDnsZones/privatelink.azurecr.io"
says: privatelink

good: virtual_network_id  = local.vnet
bad:  virtual_network_id = local.vnet
bad:  resolution_policy  = "None"
line: resolution_policy  = "None"
says: "None" is not one of "Default", "NxDomainRedirect"
"#,
    );
}

#[test]
fn invalid_soa_record_arguments_are_errors() {
    are_refused(
        pieces::ZONE,
        r#"
good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  soa_record {
bad:    email = "hostmaster@example.org"
bad:  }
line: email = "hostmaster@example.org"
says: Use a dot instead: "hostmaster.example.org"

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  soa_record {
bad:    ttl = 5
bad:  }
line: soa_record {
says: `soa_record[0].email` is missing

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  soa_record {
bad:    email = "a..com"
bad:  }
line: email = "a..com"
says: 2 to 34 labels

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  soa_record {
bad:    email = ".a.com"
bad:  }
line: email = ".a.com"
says: 2 to 34 labels

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  soa_record {
bad:    email = "a.com."
bad:  }
line: email = "a.com."
says: 2 to 34 labels

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  soa_record {
bad:    email = "a"
bad:  }
line: email = "a"
says: 2 to 34 labels

good: resource_group_name = "rg-ai"
bad:  resource_group_name = "rg-ai"
bad:  soa_record {
bad:    email = "a@.com."
bad:  }
line: email = "a@.com."
says: an `@`
"#,
    );
}

#[test]
fn invalid_zone_group_arguments_are_errors() {
    are_refused(
        &[pieces::ZONE, pieces::ENDPOINT, pieces::GROUP].concat(),
        r#"
good: private_endpoint_id = azureai_private_endpoint.hub.id
bad:  private_endpoint_id = local.subnet
says: privateEndpoints/…

good: private_dns_zone_id = azureai_private_dns_zone.api.id
bad:  private_dns_zone_id = local.vnet
says: privateDnsZones/…

good: name                = "default"
bad:  name = ""
says: 1 to 80 letters

good: name                = "api"
bad:  name                = "two"
bad:    private_dns_zone_id = "${local.network}/privateDnsZones/two.example.org"
bad:  }
bad:  private_dns_zone_config {
bad:    name = "two"
line: resource "azureai_private_dns_zone_group" "hub" {
says: `name` "two" occurs twice

good: name                = "default"
bad:  name                = "default"
bad:  dynamic "private_dns_zone_config" {
bad:    for_each = toset(["a.b", "b.c", "c.d", "d.e", "e.f"])
bad:    content {
bad:      private_dns_zone_id = "${local.network}/privateDnsZones/${private_dns_zone_config.key}"
bad:    }
bad:  }
line: resource "azureai_private_dns_zone_group" "hub" {
says: The zone group has 6 zones
"#,
    );
}

#[test]
fn invalid_public_network_access_arguments_are_errors() {
    are_refused(
        &[pieces::ENDPOINT, pieces::FLAG].concat(),
        r#"
good: public_network_access = "Disabled"
bad:  public_network_access = "disabled"
says: Did you mean "Disabled"?

good: public_network_access = "Disabled"
bad:  public_network_access = " "
says: The value is empty

good: resource_id           = local.workspace
bad:  resource_id = local.storage
bad:  ip_rules    = ["203.0.113.6/31"]
line: ip_rules    = ["203.0.113.6/31"]
says: too small for a storage account

good: on_destroy            = "restore"
bad:  on_destroy = "reset"
says: "retain"

good: resource_id           = local.workspace
bad:  resource_id = local.vnet
says: Microsoft.Network/virtualNetworks
"#,
    );
}
