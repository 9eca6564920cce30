//! Acceptance tests of the scenario `custom-dns`, which hands the records of an endpoint to the
//! team that manages the zones. This team needs no permission on the endpoint, and the endpoint's
//! team needs none on the zones.

use std::fs;

use serde_json::{Value, json};

use crate::outcome::Outcome;
use crate::pieces;
use crate::world::World;

const IT: &str = "azureai_private_endpoint.hub";
const CHECK: &str = "data.azureai_private_dns_check.hub";

/// Configuration of the endpoint's team beside the endpoint: the check of its names, and the list
/// of its records.
const TEAM: &str = r#"
data "azureai_private_dns_check" "hub" {
  private_endpoint_id = azureai_private_endpoint.hub.id
}

output "records" {
  value = azureai_private_endpoint.hub.dns_records
}
"#;

fn team(more: &str) -> String {
    let none = format!("  dns_zone_group_mode = \"none\"\n{more}");
    [&pieces::endpoint_with(&none), TEAM].concat()
}

/// Writes the configuration of the central team, which retains records that leave the list.
fn central(world: &World) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/scenarios/custom-dns/central");
    let text = fs::read_to_string(format!("{folder}/main.tf")).unwrap();
    let overwrite = "  overwrite_existing = true\n";
    assert!(text.contains(overwrite));
    let keeping = format!("{overwrite}  on_destroy         = \"retain\"\n");
    world.file("central/main.tf", &text.replace(overwrite, &keeping));
}

/// Passes these records to the configuration of the central team and applies it.
fn handed_over(world: &World, records: &Value) -> Outcome {
    let values = json!({
        "subscription_id": world.cloud.subscription(),
        "records": records,
        "resource_group_name": "rg-dns",
        "virtual_network_ids": {
            "link-vnet-ai": world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai"),
        },
    });
    world.file("central/terraform.tfvars.json", &values.to_string());
    world.run(&["-chdir=central", "apply", "-input=false", "-auto-approve"])
}

/// Refreshes the check and returns its `resolves`, which is `true` if every name resolves to the
/// endpoint.
fn resolves(world: &World) -> Value {
    world.run(&["apply", "-refresh=false", "-input=false", "-auto-approve"]).succeeds();
    world.attribute(CHECK, "resolves")
}

/// Makes Azure list the wildcard of all online endpoints of a region instead of the workspace's own
/// wildcard, which clients still need.
fn lists_the_wildcard_of_the_region(world: &World) {
    let interface = world.attribute(IT, "network_interface_id");
    let interface = interface.as_str().unwrap();
    let mut properties = world.cloud.get(interface).unwrap()["properties"].clone();
    let addresses = properties["ipConfigurations"].as_array_mut().unwrap().iter_mut();
    for address in addresses {
        let names = &mut address["properties"]["privateLinkConnectionProperties"]["fqdns"];
        for name in names.as_array_mut().unwrap() {
            if name.as_str().unwrap().starts_with("*.") {
                *name = json!("*.eastus.inference.ml.azure.com");
            }
        }
    }
    world.cloud.patch(interface, &json!({ "properties": properties }));
}

fn wildcard(records: &Value) -> usize {
    let is_wildcard = |record: &Value| record["record_name"].as_str().unwrap().starts_with("*.");
    records.as_array().unwrap().iter().position(is_wildcard).unwrap()
}

#[test]
fn handed_over_records_are_overwritten_and_retained() {
    let world = World::new();
    world.cloud.put_group("rg-dns");
    central(&world);
    world.config(&team(""));
    world.apply().creates(1);
    lists_the_wildcard_of_the_region(&world);
    world.run(&["apply", "-refresh-only", "-input=false", "-auto-approve"]).succeeds();
    assert_eq!(resolves(&world), false);
    let records = world.attribute(IT, "dns_records");
    let derived = &records[wildcard(&records)];
    assert_eq!(derived["source"], "derived");
    assert!(derived["record_name"].as_str().unwrap().contains(".inference.eastus"), "{derived}");
    // Two zones with their links, and four records, of which one is derived.
    handed_over(&world, &records).creates(2 + 2 + 4);
    assert_eq!(resolves(&world), true, "{}", world.attribute(CHECK, "summary"));

    // An endpoint in another subnet replaces the first, and its records are handed over.
    world.config(&team("").replace("local.subnet", "\"${local.vnet}/subnets/snet-other\""));
    world.apply().replaces(1);
    assert_eq!(resolves(&world), false, "the records are those of the former endpoint");
    let mut records = world.attribute(IT, "dns_records");
    handed_over(&world, &records).updates(4);
    assert_eq!(resolves(&world), true);

    // The central team overwrites a record that its state does not have.
    let notebooks = records.as_array().unwrap().iter().position(|record| {
        record["zone_name"].as_str().is_some_and(|zone| zone.contains("notebooks"))
    });
    let notebooks = &records[notebooks.unwrap()];
    let (zone, name) = (&notebooks["zone_name"], &notebooks["record_name"]);
    let (zone, name) = (zone.as_str().unwrap(), name.as_str().unwrap());
    let address = format!("azureai_private_dns_a_record.central[\"{name}.{zone}\"]");
    world.run(&["-chdir=central", "state", "rm", &address]).succeeds();
    let group = world.cloud.group().replace("rg-ai", "rg-dns");
    let record = format!("{group}/providers/Microsoft.Network/privateDnsZones/{zone}/A/{name}");
    let other = json!({"properties": {"aRecords": [{"ipv4Address": "10.9.9.9"}]}});
    world.cloud.patch(&record, &other);
    assert_eq!(resolves(&world), false);
    handed_over(&world, &records).creates(1);
    assert_eq!(resolves(&world), true);

    // A record that leaves the list is retained, because clients may still use it.
    let dropped = wildcard(&records);
    records.as_array_mut().unwrap().remove(dropped);
    handed_over(&world, &records).destroys(1);
    assert_eq!(resolves(&world), true);
}
