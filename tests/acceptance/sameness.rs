//! Acceptance tests of equal values that cause no changes: blocks and lists in another order, tag
//! names in another casing, missing and empty values, addresses, and a record that is not
//! configured.

use serde_json::{Value, json};

use crate::pieces::{self, ZONE_PATH};
use crate::world::World;

const REGISTRY: &str = r#"
locals {
  registry = "${local.group}/providers/Microsoft.ContainerRegistry/registries/airefacr"
}
resource "azureai_private_endpoint" "registry" {
  name                = "pe-registry"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "registry"
    private_connection_resource_id = local.registry
    subresource_names              = ["registry"]
  }
  # here
}
output "first" { value = azureai_private_endpoint.registry.ip_configuration[0].private_ip_address }
"#;

const FIXED: &str = r#"  ip_configuration {
    name               = "fixed"
    private_ip_address = "10.0.1.77"
    subresource_name   = "registry"
  }
"#;

const DATA: &str = r#"  ip_configuration {
    name               = "data"
    private_ip_address = "10.0.1.78"
    subresource_name   = "registry"
    member_name        = "registry_data_eastus"
  }
"#;

const REGISTRY_PATH: &str = "Microsoft.Network/privateEndpoints/pe-registry";

fn registry(blocks: &[&str]) -> String {
    REGISTRY.replace("  # here\n", &blocks.concat())
}

#[test]
fn fixed_addresses_in_another_order_are_no_change() {
    let world = World::new();
    world.config(&registry(&[FIXED, DATA]));
    world.apply().creates(1);
    world.plan().is_quiet();
    world.config(&registry(&[DATA, FIXED]));
    world.plan().is_quiet();
    let mut body = world.cloud.get(REGISTRY_PATH).unwrap();
    body["properties"]["ipConfigurations"].as_array_mut().unwrap().reverse();
    world.cloud.put(REGISTRY_PATH, &body);
    world.plan().is_quiet();
    world.config(&registry(&[FIXED, DATA]));
    world.plan().is_quiet();
    // Another address is a change in any order.
    let moved = FIXED.replace("10.0.1.77", "10.0.1.79");
    world.config(&registry(&[DATA, &moved]));
    world.plan().replaces(1).says("10.0.1.79");
}

const VAULT: &str = r#"
resource "azureai_private_endpoint" "vault" {
  name                = "pe-vault"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet
  tags                = { Environment = "test", Owner = "ai" }

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }
}
"#;

const VAULT_PATH: &str = "Microsoft.Network/privateEndpoints/pe-vault";

const TAGS: &str = r#"
provider "azureai" {
  ignore_tags { keys = ["costcenter"] }
  default_tags { tags = { owner = "platform" } }
}
"#;

#[test]
fn tag_names_in_another_casing_are_no_change() {
    let world = World::new();
    world.config_with_provider(TAGS, VAULT);
    world.apply().creates(1);
    world.plan().is_quiet();
    let tags = || world.cloud.get(VAULT_PATH).unwrap()["tags"].clone();
    assert_eq!(tags(), json!({"Environment": "test", "Owner": "ai"}), "its own tag wins");
    let mut body = world.cloud.get(VAULT_PATH).unwrap();
    body["tags"] = json!({"environment": "test", "OWNER": "ai", "CostCenter": "7"});
    world.cloud.put(VAULT_PATH, &body);
    world.plan().is_quiet();
    let all = world.attribute("azureai_private_endpoint.vault", "tags_all");
    assert_eq!(all, json!({"Environment": "test", "Owner": "ai"}));
    // A write keeps the casing of existing tags, and the tags of other clients.
    world.config_with_provider(TAGS, &VAULT.replace("\"test\"", "\"prod\""));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(tags(), json!({"environment": "prod", "OWNER": "ai", "CostCenter": "7"}));
}

#[test]
fn tag_names_that_differ_only_in_casing_are_an_error() {
    let world = World::new();
    world.config(&pieces::with(pieces::ZONE, "  tags = { Team = \"a\", team = \"b\" }\n"));
    world.validate().fails_with("occurs twice");
}

/// Resources with every collection that can be empty.
const EMPTIES: &str = r#"
resource "azureai_private_dns_zone" "it" {
  name                = "one.example.org"
  resource_group_name = "rg-ai"
  # tags
}
resource "azureai_private_dns_zone_virtual_network_link" "it" {
  name                = "link"
  private_dns_zone_id = azureai_private_dns_zone.it.id
  virtual_network_id  = local.vnet
  # tags
}
resource "azureai_private_dns_a_record" "it" {
  name                = "www"
  private_dns_zone_id = azureai_private_dns_zone.it.id
  ttl                 = 60
  records             = ["10.0.1.5"]
  # tags
}
resource "azureai_private_endpoint" "it" {
  name                = "pe-it"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet
  # tags
  private_service_connection {
    name                              = "alias"
    is_manual_connection              = true
    request_message                   = "Please."
    private_connection_resource_alias = "a.b.eastus.azure.privatelinkservice"
    # names
  }
}
resource "azureai_workspace" "it" {
  name                = "hub-it"
  resource_group_name = "rg-ai"
  location            = "eastus"
  storage_account_id  = local.storage
  key_vault_id        = local.vault
  identity {
    type = "SystemAssigned"
    # ids
  }
  # tags
}
"#;

#[test]
fn missing_and_empty_collections_are_equal() {
    let written = EMPTIES
        .replace("# tags", "tags = {}")
        .replace("# names", "subresource_names = []")
        .replace("# ids", "identity_ids = []");
    for (first, second) in [(EMPTIES, &*written), (&*written, EMPTIES)] {
        let world = World::new();
        world.config(first);
        world.apply().creates(5);
        world.plan().is_quiet();
        world.config(second);
        world.plan().is_quiet();
    }
}

#[test]
fn a_null_tag_equals_a_missing_tag() {
    let world = World::new();
    world.config(&pieces::with(pieces::ZONE, "  tags = { a = \"1\", b = null }\n"));
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.cloud.get(ZONE_PATH).unwrap()["tags"], json!({"a": "1"}));
    world.config(&pieces::with(pieces::ZONE, "  tags = { a = \"1\" }\n"));
    world.apply().succeeds();
    world.plan().is_quiet();
}

const RULES: &str = r#"
resource "azureai_public_network_access" "storage" {
  resource_id           = local.storage
  public_network_access = "Enabled"
  default_action        = "Deny"
  bypass                = []
  ip_rules              = ["203.0.113.7/24"]
}
"#;

#[test]
fn an_empty_bypass_and_a_range_with_host_bits_are_no_change() {
    let world = World::new();
    let path = "Microsoft.Storage/storageAccounts/airefstorage";
    world.config(RULES);
    world.apply().creates(1);
    world.plan().is_quiet();
    let rules = || world.cloud.get(path).unwrap()["properties"]["networkAcls"].clone();
    assert_eq!(rules()["bypass"], "None");
    let mut seen = rules();
    seen["ipRules"][0]["value"] = json!("203.0.113.0/24");
    world.cloud.patch(path, &json!({"properties": {"networkAcls": seen}}));
    world.plan().is_quiet();
    world.config(&RULES.replace("[]", "[\"None\"]").replace(".7/24", ".0/24"));
    world.plan().is_quiet();
}

const SOA: &str = r#"
resource "azureai_private_dns_zone" "x" {
  name                = "corp.example"
  resource_group_name = "rg-ai"
  # here
}
output "host" { value = azureai_private_dns_zone.x.soa_record[0].host_name }
output "mail" { value = azureai_private_dns_zone.x.soa_record[0].email }
"#;

const CORP: &str = "Microsoft.Network/privateDnsZones/corp.example";

fn set_mail(world: &World, mail: &str) {
    let path = format!("{CORP}/SOA/@");
    world.cloud.patch(&path, &json!({"properties": {"soaRecord": {"email": mail}}}));
}

#[test]
fn a_soa_record_without_configuration_is_shown_and_not_changed() {
    let world = World::new();
    world.config(SOA);
    world.apply().creates(1).says("host = \"azureprivatedns.net\"");
    world.plan().is_quiet();
    set_mail(&world, "somebody.example.org");
    world.run(&["state", "rm", "azureai_private_dns_zone.x"]).succeeds();
    let id = world.cloud.id(CORP);
    let import = format!("import {{\n  to = azureai_private_dns_zone.x\n  id = \"{id}\"\n}}\n");
    world.config(&[SOA, &import].concat());
    world.apply().imports(1).says("0 to change").says("mail = \"somebody.example.org\"");
    world.plan().is_quiet();
    // A block is written, and removing it leaves the record unchanged.
    let soa =
        |mail: &str| SOA.replace("# here", &format!("soa_record {{\n    email = \"{mail}\"\n  }}"));
    let mail = || -> Value {
        world.cloud.get(&format!("{CORP}/SOA/@")).unwrap()["properties"]["soaRecord"]["email"]
            .clone()
    };
    world.config(&soa("somebody.example.org"));
    world.plan().is_quiet();
    world.config(&soa("us.example.org").replace("host_name", "email"));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(mail(), "us.example.org");
    set_mail(&world, "else.example.org");
    world.apply().updates(1);
    assert_eq!(mail(), "us.example.org", "a drift is undone");
    world.config(SOA);
    world.apply().updates(0);
    world.plan().is_quiet();
    assert_eq!(mail(), "us.example.org");
}
