//! Acceptance tests of the guard of `azureai_public_network_access` for Foundry accounts, which
//! have three names in three zones.

use serde_json::json;

use crate::foundry_connections::{ACCOUNT, foundry};
use crate::world::World;

const ZONES: [&str; 3] = [
    "privatelink.cognitiveservices.azure.com",
    "privatelink.openai.azure.com",
    "privatelink.services.ai.azure.com",
];

/// Returns an endpoint to the account, with these zones linked to the network.
fn ground(zones: &[&str]) -> String {
    format!(
        r#"
locals {{
  account = "${{local.group}}/providers/Microsoft.CognitiveServices/accounts/aif"
}}

resource "azureai_private_dns_zone" "all" {{
  for_each            = toset({zones:?})
  name                = each.value
  resource_group_name = "rg-ai"
}}

resource "azureai_private_dns_zone_virtual_network_link" "all" {{
  for_each            = azureai_private_dns_zone.all
  name                = "link-vnet-ai"
  private_dns_zone_id = each.value.id
  virtual_network_id  = local.vnet
}}

resource "azureai_private_endpoint" "account" {{
  name                = "pe-account"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {{
    name                           = "account"
    private_connection_resource_id = local.account
    subresource_names              = ["account"]
  }}

  private_dns_zone_group {{
    name                 = "default"
    private_dns_zone_ids = [for zone in azureai_private_dns_zone.all : zone.id]
  }}
}}
"#
    )
}

const FLAG: &str = r#"
resource "azureai_public_network_access" "account" {
  resource_id           = local.account
  public_network_access = "Disabled"
  guard {
    private_endpoint_ids       = [azureai_private_endpoint.account.id]
    require_groups             = ["account"]
    client_virtual_network_ids = [local.vnet]
  }
  depends_on = [azureai_private_dns_zone_virtual_network_link.all]
}
"#;

fn is_closed(world: &World) -> bool {
    let account = world.cloud.get(ACCOUNT).unwrap();
    account["properties"]["publicNetworkAccess"] == "Disabled"
}

#[test]
fn an_account_closes_once_its_three_names_resolve_to_its_endpoint() {
    let world = foundry();
    world.config(&[&ground(&ZONES), FLAG].concat());
    world.plan().succeeds().keeps_quiet_about("lock out all clients");
    world.apply().creates(8).keeps_quiet_about("lock out all clients");
    world.plan().is_quiet();
    assert!(is_closed(&world));
}

/// Removes the link and the record of each of the three zones in turn.
#[test]
fn an_account_stays_open_while_one_name_does_not_resolve() {
    let world = foundry();
    world.config(&ground(&ZONES));
    world.apply().creates(7);
    let closing = [&ground(&ZONES), FLAG].concat();
    let refused = |says: &str| {
        world.config(&closing);
        world.plan().warns("would lock out all clients").warns(says);
        let only = "-target=azureai_public_network_access.account";
        let apply = ["apply", "-input=false", "-auto-approve", "-refresh=false", only];
        world.run(&apply).fails_with("would lock out all clients").says(says);
        assert!(!is_closed(&world), "{says}");
    };
    for zone in ZONES {
        let before = world.cloud.everything();
        let name = format!("aif.{}", zone.trim_start_matches("privatelink."));
        let path = format!("Microsoft.Network/privateDnsZones/{zone}");
        world.cloud.delete(&format!("{path}/virtualNetworkLinks/link-vnet-ai"));
        refused(&format!("{zone}, of {name}, is not linked to vnet-ai"));
        world.cloud.restore(&before);
        world.cloud.delete(&format!("{path}/A/aif"));
        refused(&format!("{name} has no record \"aif\" in {zone}"));
        world.cloud.restore(&before);
    }
    world.config(&closing);
    world.apply().creates(1);
    assert!(is_closed(&world));
}

#[test]
fn a_missing_zone_of_an_account_is_reported_with_its_fix() {
    for missing in ZONES {
        let world = foundry();
        let zones: Vec<&str> = ZONES.into_iter().filter(|zone| *zone != missing).collect();
        world.config(&[&ground(&zones), FLAG].concat());
        let name = format!("aif.{}", missing.trim_start_matches("privatelink."));
        let label = missing.replace('.', "_");
        world
            .apply()
            .fails_with(&format!("{name} has no zone {missing}"))
            .says(&format!("resource \"azureai_private_dns_zone\" \"{label}\""));
        assert!(!is_closed(&world));
    }
}

#[test]
fn the_flag_of_a_project_is_rejected_with_the_id_of_its_account() {
    let world = foundry();
    world.config(
        r#"
resource "azureai_public_network_access" "project" {
  resource_id           = "${local.accounts}/aif/projects/agents"
  public_network_access = "Disabled"
}

locals {
  accounts = "${local.group}/providers/Microsoft.CognitiveServices/accounts"
}
"#,
    );
    world
        .plan()
        .fails_with("\"agents\" has no public network access flag")
        .says("Microsoft.CognitiveServices/accounts/aif, which has the flag");
}

/// Without a `guard` block, at least one connection must be approved.
#[test]
fn an_account_without_an_approved_endpoint_stays_open() {
    let world = foundry();
    let bare = r#"
resource "azureai_public_network_access" "account" {
  resource_id           = "${local.group}/providers/Microsoft.CognitiveServices/accounts/aif"
  public_network_access = "Disabled"
}
"#;
    world.config(bare);
    let refused = world.apply().fails_with("✘ no private endpoint connection is approved");
    refused.says("resource \"azureai_private_endpoint\" \"aif\"").says("[\"account\"]");
    world.config(&ground(&ZONES));
    world.apply().creates(7);
    let account = world.cloud.get(ACCOUNT).unwrap();
    let connection = &account["properties"]["privateEndpointConnections"][0]["id"];
    let status = |status: &str| {
        let state = json!({"privateLinkServiceConnectionState": {"status": status}});
        world.cloud.patch(connection.as_str().unwrap(), &json!({ "properties": state }));
    };
    status("Pending");
    world.config(&[&ground(&ZONES), bare].concat());
    world.apply().fails_with("Pending: /subscriptions/");
    assert!(!is_closed(&world));
    status("Approved");
    world.apply().creates(1);
    assert!(is_closed(&world));
}
