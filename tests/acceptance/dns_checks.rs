//! `azureai_private_dns_check`: whether the names of an endpoint resolve to it.

use serde_json::{Value, json};

use crate::outcome::Outcome;
use crate::pieces::{self, ENDPOINT_PATH, GROUND};
use crate::world::World;

const IT: &str = "data.azureai_private_dns_check.hub";
const NOTEBOOKS: &str = "Microsoft.Network/privateDnsZones/privatelink.notebooks.azure.net";

const CHECK: &str = r#"
data "azureai_private_dns_check" "hub" {
  private_endpoint_id        = azureai_private_endpoint.hub.id
  client_virtual_network_ids = [local.vnet]
  depends_on                 = [azureai_private_dns_zone_virtual_network_link.hub]
}

check "names" {
  assert {
    condition     = data.azureai_private_dns_check.hub.resolves
    error_message = data.azureai_private_dns_check.hub.summary
  }
}
"#;

/// Applies without a refresh, so that only the data source is read again.
fn look(world: &World) -> Outcome {
    world.run(&["apply", "-refresh=false", "-input=false", "-auto-approve"]).succeeds()
}

/// The status of each name whose status is not `proven`.
fn unproven(world: &World) -> Vec<String> {
    let names = world.attribute(IT, "names");
    let names = names.as_array().unwrap().iter();
    let status = names.map(|name| name["status"].as_str().unwrap().to_owned());
    status.filter(|status| status != "proven").collect()
}

fn summary(world: &World) -> String {
    world.attribute(IT, "summary").as_str().unwrap().to_owned()
}

fn is_whole(world: &World) {
    look(world).keeps_quiet_about("Check block assertion failed");
    assert_eq!(world.attribute(IT, "resolves"), true);
    assert_eq!(unproven(world), [""; 0]);
    assert!(summary(world).starts_with("### ✅ all 4 names of `pe-hub` resolve to the endpoint"));
}

/// Breaks and restores one part of a working world after another.
#[test]
fn every_broken_part_is_reported_with_its_fix() {
    let world = World::new();
    world.config(&[GROUND, CHECK].concat());
    world.apply().creates(5);
    is_whole(&world);
    let link = format!("{NOTEBOOKS}/virtualNetworkLinks/link-vnet-ai");
    let records = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A").into_iter();
    let mut ids = records.map(|record| record["id"].as_str().unwrap().to_owned());
    let record = ids.find(|id| id.contains("/A/ml-airef-hub")).unwrap();
    let other = json!({"properties": {"aRecords": [{"ipv4Address": "10.9.9.9"}]}});
    for (path, change, status, says, fix) in [
        (&*link, None, "unlinked", "not linked to vnet-ai", "virtual_network_link"),
        (&record, None, "record_missing", "lacks the record \"ml-airef-hub", "writes them again"),
        (&record, Some(&other), "record_stale", "resolves to 10.9.9.9", "record-set a delete"),
        (NOTEBOOKS, None, "zone_missing", "no private DNS zone", "azureai_private_dns_zone\""),
    ] {
        let before = world.cloud.everything();
        match change {
            Some(change) => world.cloud.patch(path, change),
            None => world.cloud.delete(path),
        }
        look(&world).says("Check block assertion failed").says("3 of 4 names").says(says);
        assert_eq!(world.attribute(IT, "resolves"), false, "{status}");
        assert_eq!(unproven(&world), [status]);
        assert!(summary(&world).contains(fix), "{fix}: {}", summary(&world));
        world.cloud.restore(&before);
    }
    denied_reads_leave_names_unverified(&world);
    record_of_another_endpoint_resolves(&world);
    is_whole(&world);
}

/// Asserts that denied reads do not fail the apply and leave the names unverified.
fn denied_reads_leave_names_unverified(world: &World) {
    for (path, action, says) in [
        (NOTEBOOKS, "*/virtualNetworkLinks/read", "the links and records of privatelink.notebooks"),
        (ENDPOINT_PATH, "*/read", "the names of `pe-hub` are not verified"),
    ] {
        world.cloud.deny(path, action);
        look(world).says("Check block assertion failed").says("AuthorizationFailed");
        assert_eq!(world.attribute(IT, "resolves"), false);
        assert!(unproven(world).iter().all(|status| status == "unverified"));
        assert!(summary(world).contains(says), "{says}: {}", summary(world));
        world.cloud.allow_all();
    }
}

/// Asserts that a name resolves if its record has the address of another endpoint to the target.
/// Endpoints to one target share a record, which has the addresses of one of them.
fn record_of_another_endpoint_resolves(world: &World) {
    let before = world.cloud.everything();
    let second = GROUND.split("resource \"azureai_private_endpoint\"").nth(1).unwrap();
    let second = second.replacen("\"hub\"", "\"second\"", 1).replace("pe-hub", "pe-second");
    let second = format!("resource \"azureai_private_endpoint\"{second}");
    world.config(&[GROUND, CHECK, &second].concat());
    world.apply().creates(1);
    look(world).keeps_quiet_about("Check block assertion failed");
    let address = world.attribute("azureai_private_endpoint.second", "private_ip_addresses.0");
    assert_eq!(world.attribute(IT, "names.0.record_ips.0"), address, "the later one wins");
    assert_eq!(world.attribute(IT, "resolves"), true, "{}", summary(world));
    world.run(&["state", "rm", "azureai_private_endpoint.second"]).succeeds();
    world.config(&[GROUND, CHECK].concat());
    world.cloud.delete("Microsoft.Network/privateEndpoints/pe-second");
    world.cloud.restore(&before);
}

/// No name is sent to a DNS server: one is in the machine's hosts file, one is an IP address, and
/// one is too long for a query.
#[test]
fn answers_on_the_runner_do_not_change_the_status() {
    let world = World::new();
    let asking = CHECK.replace("  depends_on", "  resolver = \"system\"\n  # depends_on");
    let endpoint = pieces::ENDPOINT.replace("local.workspace", "local.storage");
    let endpoint = endpoint.replace("amlworkspace", "blob");
    world.config(&endpoint);
    world.apply().creates(1);
    let interface = world.attribute("azureai_private_endpoint.hub", "network_interface_id");
    let interface = interface.as_str().unwrap();
    let mut addresses = world.cloud.get(interface).unwrap()["properties"].clone();
    let member = &mut addresses["ipConfigurations"][0]["properties"];
    let own = member["privateIPAddress"].as_str().unwrap().to_owned();
    let long = format!("{}.blob.core.windows.net", "n".repeat(70));
    member["privateLinkConnectionProperties"]["fqdns"] = json!(["localhost", own, long]);
    world.cloud.patch(interface, &json!({ "properties": addresses }));

    world.config(&[&endpoint, &*asking].concat());
    let said = world.apply().says("Check block assertion failed");
    said.says("from the runner").says("public addresses are correct there");
    let heard = |index: usize| world.attribute(IT, &format!("names.{index}.runner_status"));
    assert_eq!([heard(0), heard(1), heard(2)], ["elsewhere", "endpoint", "nowhere"]);
    assert_eq!(world.attribute(IT, "names.1.runner_ips"), json!([own]));
    assert_eq!(world.attribute(IT, "names.2.runner_ips"), json!([]));
    let status = |index: usize| world.attribute(IT, &format!("names.{index}.status"));
    assert_eq!([status(0), status(1), status(2)], ["unverified", "unverified", "zone_missing"]);

    world.config(&[&endpoint, &*asking.replace("\"system\"", "\"arm\"")].concat());
    world.apply().keeps_quiet_about("from the runner");
    assert_eq!(heard(0), Value::Null);
}

#[test]
fn missing_endpoints_and_invalid_arguments_are_errors() {
    let world = World::new();
    let wrong = |old: &str, new: &str| {
        let depends =
            "  depends_on                 = [azureai_private_dns_zone_virtual_network_link.hub]\n";
        let check = CHECK.replace(depends, "");
        world.config(
            &check.replace("azureai_private_endpoint.hub.id", "local.it").replace(old, new),
        );
        world.file("it.tf", "locals {\n  it = \"${local.network}/privateEndpoints/pe-none\"\n}\n");
    };
    wrong("", "");
    world
        .plan()
        .fails_with("\"pe-none\" does not exist")
        .says("data.azureai_private_dns_check.hub");
    wrong("local.it", "local.vnet");
    world.validate().fails_with("privateEndpoints").says("on main.tf line");
    wrong("[local.vnet]", "[local.subnet]");
    world.validate().fails_with("virtualNetworks").says("on main.tf line");
    wrong("= [local.vnet]", "= [local.vnet]\n  resolver = \"dig\"");
    world.validate().fails_with("\"system\"").says("on main.tf line");
}
