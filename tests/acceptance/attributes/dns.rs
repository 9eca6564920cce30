//! Attributes of zones, links, and zone groups.

use super::each_works;
use crate::pieces;
use crate::world::World;

#[test]
fn every_zone_attribute_updates_or_replaces_as_documented() {
    let world = World::new();
    world.cloud.put_group("rg-other");
    each_works(
        &world,
        r#"
resource "azureai_private_dns_zone" "it" {
  name                = "one.example.org"
  resource_group_name = "rg-ai"
  # here
}"#,
        r#"
update: tags
from:   tags = { a = "1" }
to:     tags = { b = "2" }

update: tags
from:   tags = { a = "1" }

update: soa_record
to:     soa_record {
to:       email = "a.example.org"
to:     }

replace: name
place:   "one.example.org"
to:      "two.example.org"

replace: resource_group_name
place:   "rg-ai"
to:      "rg-other"

plan: subscription_id
to:   subscription_id = "11111111-2222-3333-4444-555555555555"
"#,
    );
}

#[test]
fn every_soa_record_attribute_updates_as_documented() {
    each_works(
        &World::new(),
        r#"
resource "azureai_private_dns_zone" "it" {
  name                = "one.example.org"
  resource_group_name = "rg-ai"
  soa_record {
    email = "a.example.org"
    # here
  }
}"#,
        r#"
update: email
place:  "a.example.org"
to:     "b.example.org"

update: expire_time
to:     expire_time = 2000000

update: minimum_ttl
to:     minimum_ttl = 20

update: refresh_time
to:     refresh_time = 3000

update: retry_time
to:     retry_time = 200

update: ttl
to:     ttl = 1200

update: tags
to:     tags = { a = "1" }

update: ttl
from:   ttl = 1200
"#,
    );
}

const ZONES: &str = r#"
resource "azureai_private_dns_zone" "all" {
  for_each            = toset(["corp.example.org", "two.example.org", "privatelink.azurecr.io"])
  name                = each.key
  resource_group_name = "rg-ai"
}
locals {
  zone = { for zone in azureai_private_dns_zone.all : zone.name => zone.id }
}
"#;

#[test]
fn every_link_attribute_updates_or_replaces_as_documented() {
    let world = World::new();
    world.cloud.put_network("vnet-two", "10.9.0.0/16");
    let link = r#"
resource "azureai_private_dns_zone_virtual_network_link" "it" {
  name                = "link-one"
  private_dns_zone_id = local.zone["corp.example.org"]
  virtual_network_id  = local.vnet
  # here
}"#;
    each_works(
        &world,
        &format!("{ZONES}{link}"),
        r#"
update: tags
from:   tags = { a = "1" }
to:     tags = { b = "2" }

update: tags
from:   tags = { a = "1" }

update: registration_enabled
to:     registration_enabled = true

update: registration_enabled
from:   registration_enabled = true

replace: name
place:   "link-one"
to:      "link-two"

replace: virtual_network_id
place:   local.vnet
to:      replace(local.vnet, "vnet-ai", "vnet-two")

replace: private_dns_zone_id
place:   local.zone["corp.example.org"]
to:      local.zone["two.example.org"]

replace: private_dns_zone_name
place:   private_dns_zone_id = local.zone["corp.example.org"]
to:      private_dns_zone_name = keys(local.zone)[2]
to:      resource_group_name   = "rg-ai"

plan: resource_group_name
place: private_dns_zone_id = local.zone["corp.example.org"]
to:    private_dns_zone_name = keys(local.zone)[0]
to:    resource_group_name   = "rg-other"
"#,
    );
    let link = link.replace("corp.example.org", "privatelink.azurecr.io");
    each_works(
        &world,
        &format!("{ZONES}{link}"),
        r#"
update: resolution_policy
from:   resolution_policy = "Default"
to:     resolution_policy = "NxDomainRedirect"
"#,
    );
}

#[test]
fn every_zone_group_attribute_updates_or_replaces_as_documented() {
    let second = pieces::ENDPOINT.replace("\"hub\"", "\"two\"").replace("pe-hub", "pe-two");
    let zone = pieces::ZONE
        .replace("\"api\"", "\"notebooks\"")
        .replace("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net");
    let group = pieces::with(pieces::GROUP, "  # here\n");
    let base = [pieces::ZONE, &zone, pieces::ENDPOINT, &second, &group].concat();
    each_works(
        &World::new(),
        &base,
        r#"
update: private_dns_zone_config
to:     private_dns_zone_config {
to:       name                = "notebooks"
to:       private_dns_zone_id = azureai_private_dns_zone.notebooks.id
to:     }

update: private_dns_zone_config
from:   private_dns_zone_config {
from:     name                = "notebooks"
from:     private_dns_zone_id = azureai_private_dns_zone.notebooks.id
from:   }

update: private_dns_zone_config
place:  name                = "api"
to:     name                = "other"

replace: name
place:   name                = "default"
to:      name                = "second"

replace: private_endpoint_id
place:   private_endpoint_id = azureai_private_endpoint.hub.id
to:      private_endpoint_id = azureai_private_endpoint.two.id
"#,
    );
}
