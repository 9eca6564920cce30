//! Acceptance tests of nulls: null equals a missing argument, an empty value does not, and neither
//! causes repeated changes.

use crate::pieces;
use crate::world::World;

/// Every optional argument, set to null.
const NULLS: &str = r#"
resource "azureai_private_dns_zone" "it" {
  name                = "corp.example.org"
  resource_group_name = "rg-ai"
  subscription_id     = null
  tags                = null
  soa_record {
    email        = "dns.example.org"
    expire_time  = null
    minimum_ttl  = null
    refresh_time = null
    retry_time   = null
    ttl          = null
    tags         = null
  }
  timeouts {
    create = null
    read   = null
    update = null
    delete = null
  }
}
resource "azureai_private_dns_zone_virtual_network_link" "it" {
  name                 = "link"
  private_dns_zone_id  = azureai_private_dns_zone.it.id
  virtual_network_id   = local.vnet
  registration_enabled = null
  resolution_policy    = null
  tags                 = null
}
resource "azureai_private_endpoint" "it" {
  name                           = "pe-it"
  resource_group_name            = "rg-ai"
  subscription_id                = null
  location                       = null
  subnet_id                      = local.subnet
  edge_zone                      = null
  custom_network_interface_name  = null
  ip_version_type                = null
  application_security_group_ids = null
  tags                           = null
  private_service_connection {
    name                              = "vault"
    is_manual_connection              = null
    private_connection_resource_id    = local.vault
    private_connection_resource_alias = null
    subresource_names                 = ["vault"]
    request_message                   = null
  }
}
resource "azureai_private_dns_zone_group" "it" {
  name                = "default"
  private_endpoint_id = azureai_private_endpoint.it.id
  private_dns_zone_config {
    name                = null
    private_dns_zone_id = azureai_private_dns_zone.it.id
  }
}
resource "azureai_public_network_access" "it" {
  resource_id           = local.vault
  public_network_access = "Disabled"
  on_destroy            = null
  depends_on            = [azureai_private_endpoint.it]
  guard {
    mode = null
  }
}
"#;

/// Returns [`NULLS`] without the lines that set null.
fn without_nulls() -> String {
    let lines = NULLS.lines().filter(|line| !line.ends_with("= null"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn removing_null_arguments_causes_no_changes() {
    let world = World::new();
    world.config(NULLS);
    world.apply().creates(5);
    world.plan().is_quiet();
    world.config(&without_nulls());
    world.plan().is_quiet();
}

#[test]
fn setting_missing_arguments_to_null_causes_no_changes() {
    let world = World::new();
    world.config(&without_nulls());
    world.apply().creates(5);
    world.plan().is_quiet();
    world.config(NULLS);
    world.plan().is_quiet();
}

#[test]
fn empty_tags_stay_in_the_state() {
    let world = World::new();
    let empty = NULLS.replace("tags                = null", "tags = {}");
    assert_ne!(empty, NULLS);
    world.config(&empty);
    world.apply().succeeds();
    world.plan().is_quiet();
    let zone = "azureai_private_dns_zone.it";
    assert_eq!(world.attribute(zone, "tags"), serde_json::json!({}));
    world.config(&empty.replace("tags = {}", "tags = { a = \"\" }"));
    world.apply().succeeds();
    world.plan().is_quiet();
    assert_eq!(world.attribute(zone, "tags"), serde_json::json!({"a": ""}));
}

/// Azure may return null for a group's records. The group then has no records, but still exists.
#[test]
fn null_records_keep_the_group() {
    let world = World::new();
    world.config(pieces::GROUND);
    world.apply().succeeds();
    let path = format!("{}/privateDnsZoneGroups/default", pieces::ENDPOINT_PATH);
    let mut group = world.cloud.get(&path).unwrap();
    for config in group["properties"]["privateDnsZoneConfigs"].as_array_mut().unwrap() {
        config["properties"]["recordSets"] = serde_json::Value::Null;
    }
    world.cloud.put(&path, &group);
    world.plan().succeeds().keeps_quiet_about("+ private_dns_zone_group");
    // A value of another type is an error.
    group["properties"]["privateDnsZoneConfigs"] = serde_json::json!("odd");
    world.cloud.put(&path, &group);
    world.plan().fails_with("unexpected response");
}
