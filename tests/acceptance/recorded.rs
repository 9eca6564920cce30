//! Acceptance tests of behavior that was recorded or reported of the real Azure.

use emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const ZONE: &str = "Microsoft.Network/privateDnsZones/z.internal";
const LINK: &str = "Microsoft.Network/privateDnsZones/z.internal/virtualNetworkLinks/link";
const FLAG: &str = "azureai_public_network_access.it";

fn flag(target: &str, more: &str) -> String {
    let head = "resource \"azureai_public_network_access\" \"it\"";
    format!("{head} {{\n  resource_id = {target}\n  {more}\n}}\n")
}

/// API versions before 2025-03-01 do not return `ipVersionType` (recorded).
#[test]
fn the_ip_version_of_an_endpoint_is_written_and_read() {
    for version in ["IPv4", "DualStack"] {
        let world = World::new();
        let more = format!("  ip_version_type = \"{version}\"\n");
        world.config(&pieces::endpoint_with(&more));
        world.apply().creates(1);
        world.plan().is_quiet();
        let shown = world.attribute("azureai_private_endpoint.hub", "ip_version_type");
        assert_eq!(shown, version);
        let id = world.cloud.id(pieces::ENDPOINT_PATH);
        world.run(&["state", "rm", "azureai_private_endpoint.hub"]).succeeds();
        world.import("azureai_private_endpoint.hub", &id).succeeds();
        world.plan().is_quiet();
    }
}

/// Private DNS accepts tags whose key has a colon or a space, and drops them.
#[test]
fn tags_that_private_dns_drops_cause_a_warning() {
    let world = World::new();
    let tags = "tags = { \"Cost Center\" = \"4711\", \"corp:owner\" = \"ai\", env = \"test\" }";
    let hcl = format!(
        r#"
resource "azureai_private_dns_zone" "z" {{
  name                = "z.internal"
  resource_group_name = "rg-ai"
  {tags}
}}
resource "azureai_private_dns_zone_virtual_network_link" "l" {{
  name                = "link"
  private_dns_zone_id = azureai_private_dns_zone.z.id
  virtual_network_id  = local.vnet
  {tags}
}}
"#
    );
    world.config(&hcl);
    let said = world.apply().creates(2).warns("Private DNS drops");
    said.says("\"Cost Center\"").says("\"corp:owner\"");
    for (address, path) in [
        ("azureai_private_dns_zone.z", ZONE),
        ("azureai_private_dns_zone_virtual_network_link.l", LINK),
    ] {
        assert_eq!(world.cloud.get(path).unwrap()["tags"], json!({"env": "test"}), "{path}");
        assert_eq!(world.attribute(address, "tags_all"), json!({"env": "test"}), "{path}");
    }
    world.plan().is_quiet().keeps_quiet_about("Private DNS drops");
    world.config(&hcl.replace("env = \"test\"", "env = \"prod\""));
    world.apply().updates(2).warns("Private DNS drops");
    world.plan().is_quiet();
    assert_eq!(world.cloud.get(ZONE).unwrap()["tags"], json!({"env": "prod"}));
    world.cloud.patch(ZONE, &json!({"tags": {"env": "theirs"}}));
    world.apply().updates(1);
    world.plan().is_quiet();
}

/// In some regions, the service accepts a list of addresses and drops it.
#[test]
fn a_dropped_list_of_addresses_is_an_error() {
    let world = World::new();
    let hub = "Microsoft.MachineLearningServices/workspaces/hub-far";
    let body = json!({
        "location": "uaenorth",
        "kind": "Hub",
        "properties": {"publicNetworkAccess": "Disabled", "provisioningState": "Succeeded"},
    });
    world.cloud.put(hub, &body);
    let rules = "public_network_access = \"Enabled\"\n  ip_rules = [\"203.0.113.7\"]\n  \
                 timeouts {\n    create = \"5s\"\n    update = \"5s\"\n  }";
    let target = format!("\"${{local.group}}/providers/{hub}\"");
    world.config(&flag(&target, rules));
    let said = world.apply().fails_with("does not stay as written");
    let said = said.says("ip_rules was set to [\"203.0.113.7\"] and is now []");
    said.says("ip_rules = [\"203.0.113.7\"]").keeps_quiet_about("Policy");
    assert!(world.instances().is_empty());

    world.config(&flag(&target, "public_network_access = \"Enabled\""));
    world.apply().creates(1);
    world.config(&flag(&target, rules));
    world.apply().fails_with("ip_rules was set to [\"203.0.113.7\"] and is now []");
    assert_ne!(world.attribute(FLAG, "ip_rules"), json!(["203.0.113.7"]));
}

#[test]
fn secured_by_perimeter_is_accepted_where_azure_offers_it() {
    for target in ["local.vault", "local.storage"] {
        let world = World::new();
        world.config(&flag(target, "public_network_access = \"SecuredByPerimeter\""));
        world.apply().creates(1).keeps_quiet_about("SecuredByPerimeter\" is no");
        world.plan().is_quiet();
    }
}

/// Azure may accept values that the provider does not know.
#[test]
fn an_unknown_value_of_a_flag_is_a_warning() {
    let world = World::new();
    world.config(&flag("local.workspace", "public_network_access = \"SecuredByPerimeter\""));
    world.validate().warns("\"SecuredByPerimeter\"").says("The known values are Enabled, Disabled");
    world.config(&flag("local.vault", "public_network_access = \"OnlyOnMondays\""));
    world.validate().warns("\"OnlyOnMondays\"");
    world.apply().creates(1);
    world.plan().is_quiet();
    world.config(&flag("local.vault", "public_network_access = \"disabled\""));
    world.validate().fails_with("Did you mean \"Disabled\"?");
}

/// Storage accounts accept single addresses, and ranges of /30 or larger.
#[test]
fn storage_accounts_accept_single_addresses() {
    let world = World::new();
    let rules = |list: &str| {
        let open = "public_network_access = \"Enabled\"\n  default_action = \"Deny\"";
        flag("local.storage", &format!("{open}\n  ip_rules = [{list}]"))
    };
    world.config(&rules("\"203.0.113.7/32\", \"198.51.100.8/31\""));
    world.plan().fails_with("198.51.100.8/31").says("ip_rules").says("/30");
    world.config(&rules("\"203.0.113.7/32\", \"198.51.100.8\", \"198.51.100.9\""));
    world.apply().creates(1);
    world.plan().is_quiet();
    let account = world.cloud.get(STORAGE).unwrap();
    let written = account["properties"]["networkAcls"]["ipRules"].as_array().unwrap().clone();
    let written: Vec<Value> = written.into_iter().map(|rule| rule["value"].clone()).collect();
    assert!(written.contains(&json!("203.0.113.7")), "{written:?}");
    // The plan rejects an unknown value once it is known, or the apply does before any request.
    let later = "resource \"terraform_data\" \"range\" {\n  input = \"198.51.100.8/31\"\n}\n";
    world.config(&[later, &rules("terraform_data.range.output")].concat());
    world.apply().fails_with("198.51.100.8/31").says("ip_rules").says("/30");
}

/// Beside 200 and 201, `Location` names the resource (RFC 9110), so the provider does not request
/// it.
#[test]
fn the_location_of_a_completed_write_is_not_followed() {
    for address in ["elsewhere/x", "https://elsewhere.example/x"] {
        let world = World::new();
        let header = FaultKind::Header { name: "Location".into(), value: address.into() };
        let record = |ttl: u32| {
            let record = format!(
                "resource \"azureai_private_dns_a_record\" \"a\" {{\n  name = \"a\"\n  \
                 private_dns_zone_id = azureai_private_dns_zone.api.id\n  ttl = {ttl}\n  \
                 records = [\"10.0.0.1\"]\n}}\n"
            );
            [pieces::ZONE, &record].concat()
        };
        world.cloud.fault(Fault::new(header).method("PUT").path("/A/a").count(100));
        world.config(&record(60));
        world.apply().creates(2);
        world.config(&record(61));
        world.apply().updates(1);
        world.plan().is_quiet();
    }
}
