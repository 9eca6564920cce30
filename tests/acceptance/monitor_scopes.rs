//! Acceptance tests of private link scopes of Azure Monitor: their endpoints with five zones, and
//! the posture of telemetry.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::foundry_connections::ACCOUNT;
use crate::postures_foundry::{IT, findings, formatted, isolated, project, read_posture};
use crate::world::World;

const SCOPE: &str = "Microsoft.Insights/privateLinkScopes/ampls";
const INSIGHTS: &str = "microsoft.insights/components/airef-insights";
const LOGS: &str = "Microsoft.OperationalInsights/workspaces/logs";
const GUID: &str = "00000000-0000-4000-8000-00000000000c";
const ENDPOINT: &str = "azureai_private_endpoint.ampls";

/// Endpoint to the scope, with the zones that Azure publishes for it.
const PRIVATE: &str = r#"
locals {
  ampls = "${local.group}/providers/Microsoft.Insights/privateLinkScopes/ampls"
  zones = provider::azureai::private_dns_zone_names(
    "Microsoft.Insights/privateLinkScopes", "azuremonitor", "public",
  )
}

resource "azureai_private_dns_zone" "monitor" {
  for_each            = toset(local.zones)
  name                = each.value
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "monitor" {
  for_each            = azureai_private_dns_zone.monitor
  name                = "clients"
  private_dns_zone_id = each.value.id
  virtual_network_id  = local.vnet
}

resource "azureai_private_endpoint" "ampls" {
  name                = "pe-ampls"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "azuremonitor"
    private_connection_resource_id = local.ampls
    subresource_names              = ["azuremonitor"]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for zone in azureai_private_dns_zone.monitor : zone.id]
  }
}
"#;

const POSTURE: &str = r#"
data "azureai_network_isolation_posture" "account" {
  resource_id = local.workspace
}
"#;

fn put_scope(world: &World, mode: &str) {
    let modes = json!({"ingestionAccessMode": mode, "queryAccessMode": mode});
    let properties = json!({"accessModeSettings": modes, "scopeId": GUID});
    world.cloud.put(SCOPE, &json!({"location": "global", "properties": properties}));
}

fn link(world: &World, name: &str, target: &str) {
    let path = format!("{SCOPE}/scopedResources/{name}");
    let target = json!({"linkedResourceId": world.cloud.id(target)});
    world.cloud.put(&path, &json!({ "properties": target }));
}

fn flags(value: &str) -> Value {
    json!({"properties": {
        "publicNetworkAccessForIngestion": value, "publicNetworkAccessForQuery": value,
    }})
}

/// Returns a world with a scope and a Log Analytics workspace in it.
fn with_scope() -> World {
    let world = World::new();
    put_scope(&world, "PrivateOnly");
    let properties = json!({"customerId": GUID});
    world.cloud.put(LOGS, &json!({"location": "eastus", "properties": properties}));
    link(&world, "logs", LOGS);
    world
}

#[test]
fn an_endpoint_to_azure_monitor_has_the_records_of_all_members_in_five_zones() {
    let world = with_scope();
    let before = world.cloud.everything();
    world.config(PRIVATE);
    world.apply().creates(11).keeps_quiet_about("AAI0");
    world.plan().is_quiet();
    let records = world.attribute(ENDPOINT, "dns_records");
    let records = records.as_array().unwrap();
    let zones: BTreeSet<&str> =
        records.iter().map(|it| it["zone_name"].as_str().unwrap()).collect();
    let expected = [
        "privatelink.agentsvc.azure-automation.net",
        "privatelink.blob.core.windows.net",
        "privatelink.monitor.azure.com",
        "privatelink.ods.opinsights.azure.com",
        "privatelink.oms.opinsights.azure.com",
    ];
    assert_eq!(zones, BTreeSet::from(expected));
    for (zone, names) in [
        (expected[2], &["api", "global.in.ai", "live", "global.handler.control"][..]),
        (expected[1], &["scadvisorcontentpl"]),
        (expected[3], &[GUID]),
    ] {
        for name in names {
            let path = format!("Microsoft.Network/privateDnsZones/{zone}/A/{name}");
            assert!(world.cloud.has(&path), "{path}");
        }
    }
    world.destroy().destroys(11);
    world.cloud.is_as_it_was(&before);
}

/// `blob` of a storage account and Azure Monitor share a zone, and each keeps its own records.
#[test]
fn a_storage_account_shares_its_zone_with_azure_monitor() {
    let world = with_scope();
    let blob = r#"
resource "azureai_private_endpoint" "blob" {
  name                = "pe-blob"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [
      azureai_private_dns_zone.monitor["privatelink.blob.core.windows.net"].id,
    ]
  }
}
"#;
    world.config(&[PRIVATE, blob].concat());
    world.apply().creates(12).keeps_quiet_about("AAI0");
    world.plan().is_quiet();
    let zone = "Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net/A";
    world.config(PRIVATE);
    world.apply().destroys(1);
    assert!(world.cloud.has(&format!("{zone}/scadvisorcontentpl")), "it is the other's");
    assert!(!world.cloud.has(&format!("{zone}/airefstorage")));
    world.plan().is_quiet();
}

#[test]
fn checks_cover_zone_groups_of_azure_monitor() {
    let world = with_scope();
    let all = "[for zone in azureai_private_dns_zone.monitor : zone.id]";
    let monitor = "[azureai_private_dns_zone.monitor[\"privatelink.monitor.azure.com\"].id]";
    world.config(&PRIVATE.replace(all, monitor));
    world.plan().warns("AAI002").says("privatelink.ods.opinsights.azure.com");
    let foreign = "[azureai_private_dns_zone.foreign.id]";
    let zone = "resource \"azureai_private_dns_zone\" \"foreign\" {\n  name = \
                \"privatelink.vaultcore.azure.net\"\n  resource_group_name = \"rg-ai\"\n}\n";
    world.config(&[&PRIVATE.replace(all, foreign), zone].concat());
    world.plan().fails_with("AAI003");
}

#[test]
fn connections_to_azure_monitor_can_be_approved() {
    let world = with_scope();
    let manual = PRIVATE.replace(
        "subresource_names              = [\"azuremonitor\"]",
        "subresource_names              = [\"azuremonitor\"]\n    is_manual_connection = true\n    \
         request_message = \"Please\"",
    );
    let approval = r#"
resource "azureai_private_endpoint_connection_approval" "it" {
  target_resource_id  = local.ampls
  private_endpoint_id = azureai_private_endpoint.ampls.id
}
"#;
    world.config(&[&manual, approval].concat());
    world.apply().creates(12);
    let scope = world.cloud.get(SCOPE).unwrap();
    let state = "/properties/privateEndpointConnections/0/properties/\
                 privateLinkServiceConnectionState/status";
    assert_eq!(scope.pointer(state), Some(&json!("Approved")), "{scope:#}");
    world.apply().succeeds();
    world.plan().is_quiet();
}

/// Returns the findings about telemetry and scopes, and asserts that the fixes of the former are
/// formatted.
fn reported(world: &World) -> Vec<String> {
    world.apply().succeeds();
    for finding in world.attribute(IT, "findings").as_array().unwrap() {
        if finding["code"] == "AAI122" {
            let fix = finding["remediation_hcl"].as_str().unwrap();
            world.file("fix/fix.tf", &format!("{fix}\n"));
            world.run(&["fmt", "-check", "-diff", "fix/fix.tf"]).succeeds();
        }
    }
    let about = |it: &String| it.starts_with("AAI122") || it.ends_with("ampls");
    findings(world).into_iter().filter(about).collect()
}

#[test]
fn the_posture_reports_access_to_telemetry() {
    let world = with_scope();
    world.config(POSTURE);
    assert_eq!(reported(&world), [""; 0], "the public reaches it, and it is in no scope");
    let shown = world.attribute(IT, "telemetry");
    assert_eq!(shown[0]["id"].as_str(), Some(&*canonical(&world)));
    assert_eq!(shown[0]["public_network_access_for_ingestion"], "Enabled");
    assert_eq!(shown[0]["private_link_scopes"], json!([]));

    let off = json!({"properties": {"publicNetworkAccessForQuery": "Disabled"}});
    world.cloud.patch(INSIGHTS, &off);
    assert_eq!(reported(&world), ["AAI122 error airef-insights"]);
    let message = message(&world);
    assert!(message.contains("public query access of airef-insights is disabled"), "{message}");
    let fix = world.attribute(IT, "findings").to_string();
    for says in ["azurerm_monitor_private_link_scoped_service", "linked_resource_id", "PrivateOnly"]
    {
        assert!(fix.contains(says), "{says}: {fix}");
    }

    link(&world, "insights", INSIGHTS);
    let no_endpoint = "AAI105 error ampls".to_owned();
    assert_eq!(reported(&world), [&no_endpoint, "AAI122 warning airef-insights"], "half open");
    world.cloud.patch(INSIGHTS, &flags("Disabled"));
    assert_eq!(reported(&world), [no_endpoint]);

    world.config(&[PRIVATE, POSTURE].concat());
    world.apply().creates(11);
    assert_eq!(reported(&world), [""; 0], "closed, in a scope, and reached");
    let names = world.attribute(IT, "dns");
    assert_eq!(names.as_array().unwrap().len(), 11, "{names:#}");
    let summary = world.attribute(IT, "summary");
    let row = "| `airef-insights` | Disabled | Disabled | ampls (ingestion PrivateOnly, query \
               PrivateOnly) |";
    assert!(summary.as_str().unwrap().contains(row), "{summary}");
    let modes = json!({"properties": {"accessModeSettings": {"queryAccessMode": "Open"}}});
    world.cloud.patch(SCOPE, &modes);
    assert_eq!(reported(&world), ["AAI122 warning ampls"]);
    world.config(&[PRIVATE, &POSTURE.replace("\n}", "\n  expected = \"hybrid\"\n}")].concat());
    assert_eq!(reported(&world), [""; 0]);
    world.config(&[PRIVATE, POSTURE].concat());
    world.cloud.deny(SCOPE, "*/read");
    assert_eq!(reported(&world), ["AAI115 warning ampls"], "a scope of another team");
}

fn canonical(world: &World) -> String {
    world.cloud.id(INSIGHTS).replace("microsoft.insights", "Microsoft.Insights")
}

fn message(world: &World) -> String {
    let found = world.attribute(IT, "findings");
    let mut found = found.as_array().unwrap().iter().filter(|it| it["code"] == "AAI122");
    found.next().unwrap()["message"].as_str().unwrap().to_owned()
}

/// The posture also covers the workspace of a component, if a flag of it is disabled.
#[test]
fn the_posture_covers_the_telemetry_of_connections() {
    let world = isolated();
    world.cloud.put(LOGS, &json!({"location": "eastus", "properties": {}}));
    let behind = json!({"properties": {"WorkspaceResourceId": world.cloud.id(LOGS)}});
    world.cloud.patch(INSIGHTS, &behind);
    for of in [format!("{ACCOUNT}/connections/traces"), project("/connections/traces")] {
        let connection = json!({"properties": {
            "category": "AppInsights", "authType": "ApiKey", "target": world.cloud.id(INSIGHTS),
            "metadata": {"ResourceId": world.cloud.id(INSIGHTS)},
        }});
        world.cloud.put(&of, &connection);
    }
    read_posture(&world);
    assert_eq!(findings(&world), [""; 0]);
    let shown = world.attribute(IT, "telemetry");
    let shown: Vec<&str> =
        shown.as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(shown.len(), 2, "each once: {shown:?}");
    assert!(shown[1].ends_with("/workspaces/logs"), "{shown:?}");
    world.cloud.patch(INSIGHTS, &flags("Disabled"));
    world.cloud.patch(LOGS, &flags("Disabled"));
    read_posture(&world);
    formatted(&world);
    assert_eq!(findings(&world), ["AAI122 error airef-insights", "AAI122 warning logs"]);
    world.cloud.delete(INSIGHTS);
    read_posture(&world);
    assert_eq!(findings(&world), ["AAI115 warning airef-insights"]);
}
