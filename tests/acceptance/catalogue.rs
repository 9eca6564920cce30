//! Every row of the catalog of private link targets, as an endpoint with a zone group. The row's
//! own zones have no finding, and the zone of another service has one.

use serde_json::{Value, json};
use terraform_provider_azureai::private_link::environment::Environment;
use terraform_provider_azureai::private_link::network_rules::public_access;
use terraform_provider_azureai::private_link::services::{Service, services};

use crate::world::World;

/// Values that the emulator uses for the placeholders in braces.
const VALUES: [(&str, &str); 6] = [
    ("{regionName}", "eastus"),
    ("{regionCode}", "eus"),
    ("{dnsPrefix}", "0123456789ab"),
    ("{partitionId}", "1"),
    ("{slotName}", "staging"),
    ("{volumeGroupName}", "volumes"),
];

/// An endpoint to a subresource of a resource type.
struct Row {
    name: String,
    ty: &'static str,
    group: String,
    zones: Vec<String>,
    /// `true` if the zones are confirmed.
    confirmed: bool,
}

fn filled(text: &str) -> String {
    let fill = |text: String, (name, value): &(&str, &str)| text.replace(name, value);
    VALUES.iter().fold(text.to_owned(), fill)
}

/// Returns the rows with known subresources and zones, for the types that the emulator builds from
/// its table.
fn rows() -> Vec<Row> {
    let is_ours = |service: &&Service| {
        let own = ["Microsoft.Network/", "Microsoft.Storage/storageAccounts"];
        service.workspace_role.is_none()
            && !own.iter().any(|it| service.arm_type.name.starts_with(it))
    };
    let mut rows = Vec::new();
    for service in services().filter(is_ours) {
        for group in service.group_ids() {
            let zones = service.zones(group, Environment::Public).unwrap_or_default();
            if zones.is_empty() || service.arm_type.api_version.is_empty() {
                continue;
            }
            rows.push(Row {
                name: format!("e{}", rows.len()),
                ty: service.arm_type.name,
                group: filled(group),
                zones: zones.into_iter().map(filled).collect(),
                confirmed: service.is_confirmed(group, Environment::Public),
            });
        }
    }
    rows
}

impl Row {
    fn hcl(&self, zones: &[String]) -> String {
        let Self { name, ty, group, .. } = self;
        let id = |zone: &String| format!("\"${{local.network}}/privateDnsZones/{zone}\"");
        let ids = zones.iter().map(id).collect::<Vec<_>>().join(", ");
        format!(
            r#"
resource "azureai_private_endpoint" "{name}" {{
  name                = "pe-{name}"
  resource_group_name = "rg-ai"
  subnet_id           = "${{local.network}}/virtualNetworks/vnet-all/subnets/snet"

  private_service_connection {{
    name                           = "it"
    private_connection_resource_id = "${{local.group}}/providers/{ty}/target-{name}"
    subresource_names              = ["{group}"]
  }}

  private_dns_zone_group {{
    name                 = "default"
    private_dns_zone_ids = [{ids}]
  }}
}}
"#
        )
    }
}

/// Returns the diagnostics of a plan: the resource's address, and the severity, summary, and
/// detail.
fn diagnostics(world: &World) -> Vec<(String, String)> {
    let outcome = world.run(&["plan", "-json", "-input=false"]);
    let lines = outcome.output().lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let diagnostic = line.get("diagnostic")?;
        let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
        let said = format!("{}: {} {}", text("severity"), text("summary"), text("detail"));
        Some((text("address"), said))
    });
    lines.collect()
}

fn world(rows: &[Row]) -> World {
    let world = World::new();
    world.cloud.put_network_with_subnet("vnet-all", "10.64.0.0/16");
    for row in rows {
        let body = json!({"location": "eastus", "properties": {"provisioningState": "Succeeded"}});
        world.cloud.put(&format!("{}/target-{}", row.ty, row.name), &body);
        for zone in &row.zones {
            world.cloud.put_zone(&format!("Microsoft.Network/privateDnsZones/{zone}"));
        }
    }
    world
}

#[test]
fn only_zones_of_another_service_are_reported_for_every_row() {
    let rows = rows();
    assert!(rows.len() > 90, "{}", rows.len());
    let world = world(&rows);
    let right: String = rows.iter().map(|row| row.hcl(&row.zones)).collect();
    world.config(&right);
    let correct = diagnostics(&world);
    assert!(correct.iter().all(|(_, said)| !said.contains("AAI0")), "{correct:#?}");

    let other = |row: &Row| {
        let vault = "privatelink.vaultcore.azure.net";
        let is_its_own = row.zones.iter().any(|zone| zone == vault);
        [if is_its_own { "privatelink.azurecr.io" } else { vault }.to_owned()]
    };
    for zone in ["privatelink.vaultcore.azure.net", "privatelink.azurecr.io"] {
        world.cloud.put_zone(&format!("Microsoft.Network/privateDnsZones/{zone}"));
    }
    let wrong: String = rows.iter().map(|row| row.hcl(&other(row))).collect();
    world.config(&wrong);
    // The target lists its zones, so the finding is certain and an error.
    each_is_reported(&diagnostics(&world), &rows, |_| "error: ");
    // Without permission to read the target's list, the catalog decides, and a finding about
    // unconfirmed zones is only a warning.
    world.cloud.deny("", "*/privateLinkResources/read");
    each_is_reported(&diagnostics(&world), &rows, |row| {
        if row.confirmed { "error: " } else { "warning: " }
    });
}

fn each_is_reported(found: &[(String, String)], rows: &[Row], severity: fn(&Row) -> &'static str) {
    for row in rows {
        let address = format!("azureai_private_endpoint.{}", row.name);
        let of_zone = |(at, said): &&(String, String)| {
            *at == address && said.contains("AAI003") && said.contains("has no names in the zone")
        };
        let Some((_, said)) = found.iter().find(of_zone) else {
            panic!("{} {}: {found:#?}", row.ty, row.group);
        };
        assert!(said.starts_with(severity(row)), "{} {}: {said}", row.ty, row.group);
    }
}

#[test]
fn every_row_creates_its_dns_records() {
    let rows = rows();
    let world = world(&rows);
    world.config(&rows.iter().map(|row| row.hcl(&row.zones)).collect::<String>());
    world.apply().succeeds().creates(rows.len());
    let zones = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A");
    assert!(zones.len() > rows.len(), "{} records", zones.len());
    world.plan().succeeds().is_quiet();
    // Each endpoint has the ID of its connection at the target, and the zones of its names.
    let shown = world.run(&["show", "-json"]);
    let shown = shown.output().lines().find_map(|line| serde_json::from_str::<Value>(line).ok());
    let shown = shown.unwrap();
    let endpoints = shown["values"]["root_module"]["resources"].as_array().unwrap();
    assert_eq!(endpoints.len(), rows.len());
    for endpoint in endpoints {
        let (address, values) = (&endpoint["address"], &endpoint["values"]);
        let connection = values["private_endpoint_connection_id"].as_str().unwrap_or_default();
        assert!(connection.contains("/privateEndpointConnections/"), "{address}");
        let records = values["dns_records"].as_array().unwrap();
        let zone = |record: &Value| record["zone_name"].as_str().is_some_and(|it| !it.is_empty());
        assert!(!records.is_empty() && records.iter().all(zone), "{address}: {records:?}");
    }
}

/// Returns the types with a flag that the emulator builds from its table, each with a resource's
/// label.
fn flags() -> Vec<(&'static str, String)> {
    let known =
        |ty: &str| services().any(|it| it.arm_type.name == ty && it.workspace_role.is_some());
    let types = public_access().map(|access| access.arm_type.name).filter(|ty| !known(ty));
    types.enumerate().map(|(index, ty)| (ty, format!("f{index}"))).collect()
}

fn flag(ty: &str, name: &str, value: &str) -> String {
    format!(
        r#"
resource "azureai_public_network_access" "{name}" {{
  resource_id           = "${{local.group}}/providers/{ty}/target-{name}"
  public_network_access = "{value}"
  on_destroy            = "restore"
  guard {{
    mode = "off"
  }}
}}
"#
    )
}

#[test]
fn guide_lists_every_type_with_a_public_access_flag() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guides/private-link.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    for access in public_access() {
        let row = format!("- `{}`\n", access.arm_type.name);
        assert!(guide.contains(&row), "{row}");
    }
}

/// Switches each flag off, repairs drift, switches it on, and restores the previous value.
#[test]
fn every_flag_is_written_and_restored() {
    let flags = flags();
    assert!(flags.len() > 30, "{}", flags.len());
    let world = World::new();
    for (ty, name) in &flags {
        let connection = json!({"properties": {
            "privateLinkServiceConnectionState": {"status": "Approved"},
        }});
        let path = format!("{ty}/target-{name}");
        let properties = json!({"Application_Type": "web"});
        let body = json!({"location": "eastus", "kind": "web", "properties": properties});
        world.cloud.put(&path, &body);
        // Connections of Azure Monitor belong to a private link scope.
        if *ty != "Microsoft.Insights/components" {
            world.cloud.put(&format!("{path}/privateEndpointConnections/one"), &connection);
        }
    }
    let all =
        |value: &str| -> String { flags.iter().map(|(ty, name)| flag(ty, name, value)).collect() };
    let closed = || {
        let is_closed = |(ty, name): &&(&str, String)| {
            let body = world.cloud.get(&format!("{ty}/target-{name}")).unwrap();
            let text = body["properties"].to_string();
            let closed = ["\"Disabled\"", "\"publicNetworkAccess\":false"];
            let open = ["\"Enabled\"", "\"publicNetworkAccess\":true"];
            closed.iter().any(|it| text.contains(it)) && !open.iter().any(|it| text.contains(it))
        };
        flags.iter().filter(is_closed).count()
    };
    world.config(&all("Disabled"));
    world.apply().succeeds().creates(flags.len());
    assert_eq!(closed(), flags.len());
    world.plan().succeeds().is_quiet();
    for (ty, name) in &flags {
        let open = match *ty {
            "Microsoft.Automation/automationAccounts" => {
                json!({"properties": {"publicNetworkAccess": true}})
            }
            "Microsoft.OperationalInsights/workspaces" | "Microsoft.Insights/components" => {
                json!({"properties": {"publicNetworkAccessForQuery": "Enabled"}})
            }
            ty if ty.ends_with("flexibleServers") => {
                json!({"properties": {"network": {"publicNetworkAccess": "Enabled"}}})
            }
            _ => json!({"properties": {"publicNetworkAccess": "Enabled"}}),
        };
        world.cloud.patch(&format!("{ty}/target-{name}"), &open);
    }
    world.apply().succeeds().updates(flags.len());
    assert_eq!(closed(), flags.len());
    world.config(&all("Enabled"));
    world.apply().succeeds().updates(flags.len());
    assert_eq!(closed(), 0);
    world.config(&all("Disabled"));
    world.apply().succeeds();
    world.destroy().succeeds();
    assert_eq!(closed(), 0, "each is as it was before");
}
