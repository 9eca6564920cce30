//! Acceptance tests of `moved` blocks for outbound rules of azurerm and azapi.

use serde_json::json;

use crate::moves::are_moved;
use crate::pieces::WORKSPACE_PATH;
use crate::world::World;

const OF_HUB: &str = r#"
resource "azureai_managed_network_outbound_rule" "pypi" {
  name             = "pypi"
  parent_id        = local.workspace
  destination_fqdn = "*.pypi.org"
}

resource "azureai_managed_network_outbound_rule" "storage" {
  name                = "storage"
  parent_id           = local.workspace
  service_resource_id = local.storage
  sub_resource_target = "blob"
  spark_enabled       = true
}

resource "azureai_managed_network_outbound_rule" "monitor" {
  name        = "monitor"
  parent_id   = local.workspace
  service_tag = "AzureMonitor"
  protocol    = "TCP"
  port_ranges = "80, 443"
}
"#;

const OF_ACCOUNT: &str = r#"
resource "azureai_managed_network_outbound_rule" "files" {
  name             = "files"
  parent_id        = "${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-services"
  destination_fqdn = "*.pypi.org"
}
"#;

#[test]
fn rules_of_azurerm_are_moved() {
    let world = World::new();
    let network = json!({
        "isolationMode": "AllowOnlyApprovedOutbound", "status": {"status": "Active"},
    });
    world.cloud.patch(WORKSPACE_PATH, &json!({"properties": {"managedNetwork": network}}));
    let names = ["fqdn", "private_endpoint", "service_tag"]
        .map(|name| format!("managed_network_outbound_rule/{name}"));
    are_moved(&world, OF_HUB, &[&names[0], &names[1], &names[2]]);
    world.destroy().destroys(3);
}

#[test]
fn rules_of_azapi_are_moved() {
    let world = World::new();
    let network = json!({
        "isolationMode": "AllowOnlyApprovedOutbound", "status": {"status": "Active"},
    });
    let path = "Microsoft.CognitiveServices/accounts/airef-services/managedNetworks/default";
    world.cloud.put(path, &json!({"properties": {"managedNetwork": network}}));
    are_moved(&world, OF_ACCOUNT, &["managed_network_outbound_rule/azapi"]);
    world.destroy().destroys(1);
}
