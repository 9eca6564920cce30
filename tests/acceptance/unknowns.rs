//! Acceptance tests of unknown values: no check judges them, and every argument can come from
//! another resource of the run.

use serde_json::json;

use crate::pieces;
use crate::world::World;

/// Source of all values, so that none of them is known before the apply.
const SOURCE: &str = r#"
resource "terraform_data" "u" {
  input = {
    group        = "rg-ai"
    location     = "eastus"
    endpoint     = "pe-hub"
    subnet       = local.subnet
    network      = local.vnet
    workspace    = local.workspace
    parts        = "amlworkspace"
    zones        = "privatelink.api.azureml.ms,privatelink.notebooks.azure.net"
    connection   = "workspace"
    no           = false
    team         = "network"
    link         = "link-vnet-ai"
    zone_group   = "default"
    off          = "Disabled"
    restore      = "restore"
    enforce      = "enforce"
    email        = "dns.example.org"
    seconds      = 120
    subscription = split("/", local.group)[2]
    nothing      = ""
  }
}
locals { u = terraform_data.u.output }
"#;

const ZONES: &str = r#"
resource "azureai_private_dns_zone" "it" {
  count               = 2
  name                = split(",", local.u.zones)[count.index]
  resource_group_name = "${local.u.group}"
  subscription_id     = local.u.subscription
  tags                = { (local.u.team) = local.u.location, length = length(local.u.zones) }

  dynamic "soa_record" {
    for_each = toset(split(",", local.u.email))
    content {
      email        = soa_record.value
      expire_time  = local.u.seconds * 10000
      minimum_ttl  = local.u.seconds
      refresh_time = local.u.seconds + 1
      retry_time   = local.u.seconds + 2
      ttl          = local.u.seconds * 10
      tags         = { team = local.u.team }
    }
  }
}
resource "azureai_private_dns_zone_virtual_network_link" "it" {
  count                = 2
  name                 = "${local.u.link}-${count.index}"
  private_dns_zone_id  = azureai_private_dns_zone.it[count.index].id
  virtual_network_id   = local.u.network
  registration_enabled = local.u.no
  resolution_policy    = local.u.nothing == "" ? "NxDomainRedirect" : "Default"
  tags                 = { for name in split(",", local.u.team) : name => local.u.location }
}
"#;

const ENDPOINT: &str = r#"
resource "azureai_private_endpoint" "it" {
  name                          = local.u.endpoint
  resource_group_name           = local.u.group
  subscription_id               = local.u.subscription
  location                      = local.u.location
  subnet_id                     = local.u.subnet
  custom_network_interface_name = "nic-${local.u.endpoint}"
  tags                          = tomap({ team = local.u.team })

  dynamic "private_service_connection" {
    for_each = [local.u.connection]
    content {
      name                           = private_service_connection.value
      is_manual_connection           = local.u.no
      private_connection_resource_id = local.u.workspace
      subresource_names              = split(",", local.u.parts)
    }
  }

  dynamic "private_dns_zone_group" {
    for_each = local.u.no ? [] : [local.u.zone_group]
    content {
      name                 = private_dns_zone_group.value
      private_dns_zone_ids = toset(azureai_private_dns_zone.it[*].id)
    }
  }
}
resource "azureai_public_network_access" "it" {
  resource_id           = local.u.workspace
  public_network_access = local.u.off
  on_destroy            = local.u.restore

  dynamic "guard" {
    for_each = split(",", local.u.enforce)
    content {
      mode = guard.value
    }
  }
  depends_on = [azureai_private_endpoint.it]
}
"#;

const STANDALONE_GROUP: &str = r#"
resource "azureai_private_endpoint" "other" {
  name                = "${local.u.endpoint}-other"
  resource_group_name = local.u.group
  subnet_id           = local.u.subnet

  private_service_connection {
    name                           = local.u.connection
    private_connection_resource_id = replace(local.u.workspace, local.u.nothing, "")
    subresource_names              = [local.u.parts]
  }
}
resource "azureai_private_dns_zone_group" "it" {
  name                = local.u.zone_group
  private_endpoint_id = azureai_private_endpoint.other.id

  dynamic "private_dns_zone_config" {
    for_each = toset(split(",", local.u.zones))
    iterator = wanted
    content {
      name = replace(wanted.value, ".", "-")
      private_dns_zone_id = [
        for zone in azureai_private_dns_zone.it : zone.id if zone.name == wanted.value
      ][0]
    }
  }
}
data "azureai_workspace" "it" {
  id = local.u.workspace
}
output "storage" {
  value = data.azureai_workspace.it.default_resources.storage_account_id
}
output "parsed" {
  value = provider::azureai::parse_resource_id(local.u.subnet)
}
"#;

#[test]
fn every_argument_can_be_unknown() {
    let world = World::new();
    world.config(&[SOURCE, ZONES, ENDPOINT, STANDALONE_GROUP].concat());
    world.validate().succeeds();
    world.plan().creates(9);
    world.apply().creates(9);
    world.plan().is_quiet();
    world.destroy().destroys(9);
}

#[test]
fn the_subscription_of_the_provider_can_be_unknown() {
    let world = World::new();
    let provider = r#"
provider "azureai" {
  subscription_id = terraform_data.u.output.subscription
}
"#;
    world.config_with_provider(provider, &[SOURCE, ZONES].concat());
    world.validate().succeeds();
    world.plan().creates(5);
    world.apply().creates(5);
    world.plan().is_quiet();
}

/// Link that AAI013 rejects, which is an error unless the check is relaxed.
const REGISTERING: &str = r#"
resource "terraform_data" "mode" { input = "off" }
resource "azureai_private_dns_zone" "api" {
  name                = "privatelink.api.azureml.ms"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone_virtual_network_link" "api" {
  name                 = "link"
  private_dns_zone_id  = azureai_private_dns_zone.api.id
  virtual_network_id   = local.vnet
  registration_enabled = true
}
"#;

#[test]
fn checks_with_an_unknown_setting_do_not_fail_the_plan() {
    for setting in [
        "checks = terraform_data.mode.output",
        "check_overrides = { AAI013 = terraform_data.mode.output }",
    ] {
        let world = World::new();
        let provider = format!("provider \"azureai\" {{\n  {setting}\n}}\n");
        world.config_with_provider(&provider, REGISTERING);
        world.validate().succeeds();
        world.plan().creates(3);
        world.apply().creates(3);
        world.plan().is_quiet();
        world.config_with_provider(&provider, &REGISTERING.replace("\"off\"", "\"enforce\""));
        world.apply().succeeds();
    }
}

#[test]
fn default_tags_can_be_unknown() {
    let world = World::new();
    let provider = r#"
resource "terraform_data" "team" { input = "x" }
provider "azureai" {
  default_tags { tags = { team = "fixed", stamp = terraform_data.team.output } }
  ignore_tags { keys = [terraform_data.team.output] }
}
"#;
    world.config_with_provider(provider, pieces::ZONE);
    world.plan().creates(2).says("+ tags_all = (known after apply)");
    world.apply().creates(2);
    world.plan().is_quiet();
    let tags = world.cloud.get(pieces::ZONE_PATH).unwrap()["tags"].clone();
    assert_eq!(tags, json!({"team": "fixed", "stamp": "x"}));
}

/// The environment has another subscription than the unknown argument.
#[test]
fn an_unknown_subscription_overrides_the_environment() {
    let mut world = World::new();
    let subscription = world.cloud.subscription();
    let source = format!("resource \"terraform_data\" \"s\" {{\n  input = {subscription:?}\n}}\n");
    let provider = "provider \"azureai\" {\n  subscription_id = terraform_data.s.output\n}\n";
    let provider = source + provider;
    world.set("ARM_SUBSCRIPTION_ID", "99999999-2222-3333-4444-555555555555");
    world.config_with_provider(&provider, pieces::ZONE);
    world.apply().creates(2);
    world.plan().is_quiet();
}
