//! Proof that a name resolves to its endpoint: the guard, the posture, and the DNS check agree.

use std::fs;
use std::process::Command;

use serde_json::json;

use crate::pieces;
use crate::world::World;

const GROUND: &str = r#"
resource "azureai_private_dns_zone" "hub" {
  for_each            = toset(["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"])
  name                = each.value
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "hub" {
  for_each            = azureai_private_dns_zone.hub
  name                = "link-vnet-ai"
  private_dns_zone_id = each.value.id
  virtual_network_id  = local.vnet
}
"#;

/// A DNS check, a posture, and a guard of the endpoint.
const JUDGES: &str = r#"
data "azureai_private_dns_check" "hub" {
  private_endpoint_id = azureai_private_endpoint.hub.id
}

data "azureai_network_isolation_posture" "hub" {
  workspace_id = local.workspace
}

resource "azureai_public_network_access" "hub" {
  resource_id           = local.workspace
  public_network_access = "Disabled"
  guard {
    mode        = "enforce"
    require_dns = true
  }
  depends_on = [data.azureai_private_dns_check.hub, data.azureai_network_isolation_posture.hub]
}
"#;

/// Writes the records that the endpoint needs, each with the address of the name `by` places later.
fn put_records(world: &World, by: usize) {
    let needed = world.attribute("azureai_private_endpoint.hub", "dns_records");
    let needed = needed.as_array().unwrap();
    for (index, name) in needed.iter().enumerate() {
        let text = |key: &str| name[key].as_str().unwrap();
        let path = format!(
            "Microsoft.Network/privateDnsZones/{}/A/{}",
            text("zone_name"),
            text("record_name")
        );
        let other = &needed[(index + by) % needed.len()]["ip_addresses"][0];
        let body = json!({"properties": {"ttl": 10, "aRecords": [{"ipv4Address": other}]}});
        world.cloud.put(&path, &body);
    }
}

fn access(world: &World) -> String {
    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    hub["properties"]["publicNetworkAccess"].as_str().unwrap().to_owned()
}

/// Every record resolves to an address of the endpoint, but not to the address of its name's
/// member.
#[test]
fn address_of_another_member_is_stale() {
    let world = World::new();
    let ground = [GROUND, pieces::ENDPOINT].concat();
    world.config(&ground);
    world.apply().creates(5);
    put_records(&world, 2);

    world.config(&[&ground, JUDGES].concat());
    world.apply().fails_with("lock out all clients").says("resolves to");
    assert_eq!(access(&world), "Enabled");
    let check = "data.azureai_private_dns_check.hub";
    assert_eq!(world.attribute(check, "resolves"), false);
    let names = world.attribute(check, "names");
    let status = names.as_array().unwrap().iter().map(|it| it["status"].as_str().unwrap());
    let stale = status.filter(|it| *it == "record_stale").count();
    let posture = world.attribute("data.azureai_network_isolation_posture.hub", "summary");
    let posture = posture.as_str().unwrap();
    assert!(stale > 0 && posture.contains("AAI109"), "{names} {posture}");

    put_records(&world, 0);
    world.apply().succeeds();
    assert_eq!(world.attribute(check, "resolves"), true);
    assert_eq!(access(&world), "Disabled");
}

/// A network resolves a name in the one zone with that name that is linked to the network.
#[test]
fn each_network_is_checked_against_its_linked_zone() {
    let world = World::new();
    world.cloud.put_network("vnet-b", "10.40.0.0/16");
    world.cloud.put_group("rg-b");
    let of_b = GROUND
        .replace("\"hub\"", "\"b\"")
        .replace("zone.hub", "zone.b")
        .replace("rg-ai", "rg-b")
        .replace("local.vnet", "\"${local.network}/virtualNetworks/vnet-b\"");
    let check = "\ndata \"azureai_private_dns_check\" \"hub\" {\n  private_endpoint_id = \
                 azureai_private_endpoint.hub.id\n  client_virtual_network_ids = [local.vnet, \
                 \"${local.network}/virtualNetworks/vnet-b\"]\n}\n";
    let ground = [GROUND, &*of_b, pieces::ENDPOINT].concat();
    world.config(&ground);
    world.apply().creates(9);
    put_records(&world, 0);
    let of_a = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A");
    for record in &of_a {
        let id = record["id"].as_str().unwrap().replace("/rg-ai/", "/rg-b/");
        world.cloud.put(&id, &json!({ "properties": record["properties"] }));
    }
    world.config(&[&*ground, check].concat());
    world.apply().succeeds();
    let it = "data.azureai_private_dns_check.hub";
    assert_eq!(world.attribute(it, "resolves"), true, "{}", world.attribute(it, "summary"));
    let linked = world.attribute(it, "names.0.linked_vnet_ids");
    assert_eq!(linked.as_array().unwrap().len(), 2, "{linked}");

    // A missing record is reported for the zone that lacks it.
    let one = of_a[0]["id"].as_str().unwrap().replace("/rg-ai/", "/rg-b/");
    world.cloud.delete(&one);
    world.apply().succeeds();
    let names = world.attribute(it, "names");
    let wrong: Vec<_> =
        names.as_array().unwrap().iter().filter(|it| it["status"] != "proven").collect();
    assert_eq!(wrong.len(), 1, "{names}");
    assert_eq!(wrong[0]["status"], "record_missing");
    assert!(wrong[0]["zone_id"].as_str().unwrap().contains("/rg-b/"), "{names}");
}

/// Returns the configuration in an error as a user pastes it. Terraform does not wrap its lines.
fn configuration(output: &str) -> String {
    let lines = output.lines().map(|line| line.trim_start_matches(['│', '╷', '╵']));
    let lines = lines.skip_while(|line| !line.contains("To fix it:")).skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with("  "));
    let lines = lines.map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line)));
    format!("{}\n", lines.collect::<String>().trim())
}

#[test]
fn configuration_in_an_error_can_be_pasted() {
    let world = World::new();
    let ground = [GROUND, pieces::ENDPOINT].concat();
    world.config(&ground);
    world.apply().creates(5);
    world.config(&[&ground, JUDGES].concat());
    let refused = world.apply().fails_with("To fix it:");
    let pasted = configuration(refused.output());
    let records = pasted.matches("resource \"azureai_private_dns_a_record\"").count();
    assert_eq!(records, 4, "{pasted}");

    let file = world.folder().join("pasted.tf");
    fs::write(&file, &pasted).unwrap();
    let fmt = Command::new("terraform").args(["fmt", "-check", "-diff"]).arg(&file).output();
    let fmt = fmt.unwrap();
    assert!(fmt.status.success(), "{}{pasted}", String::from_utf8_lossy(&fmt.stdout));
    world.file("pasted.tf", &pasted);
    let without = JUDGES.split("resource \"azureai_public").next().unwrap();
    world.config(&[&ground, without].concat());
    world.apply().succeeds();
    world.config(&[&ground, JUDGES].concat());
    world.apply().succeeds();
    assert_eq!(access(&world), "Disabled");
}
