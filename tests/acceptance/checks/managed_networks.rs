//! Of the isolation modes of managed networks.

use serde_json::json;

use super::{Story, each_is_told};
use crate::cloud::Cloud;
use crate::foundry_connections::ACCOUNT;
use crate::managed_networks::{OF_ACCOUNT, OF_HUB};
use crate::pieces;

const STRICT: &str = "AllowOnlyApprovedOutbound";

#[test]
fn of_isolation_modes() {
    each_is_told(&stories());
}

pub fn stories() -> Vec<Story> {
    let of = |hcl: &str, wrong: fn(&Cloud), says| Story::in_azure("AAI028", hcl, wrong, says);
    let back = "cannot change from AllowOnlyApprovedOutbound";
    vec![
        of(OF_ACCOUNT, of_account, back).given(account),
        of(OF_HUB, of_hub, back),
        of(OF_ACCOUNT, subnet, "run in a custom subnet").given(account).only_warns(),
    ]
}

fn account(cloud: &Cloud) {
    let properties = json!({"customSubDomainName": "aif", "provisioningState": "Succeeded"});
    let body = json!({"location": "eastus", "kind": "AIServices", "properties": properties});
    cloud.put(ACCOUNT, &body);
}

fn strict() -> serde_json::Value {
    json!({"properties": {"managedNetwork": {"isolationMode": STRICT}}})
}

/// Somebody has made the account's network stricter.
fn of_account(cloud: &Cloud) {
    cloud.put(&format!("{ACCOUNT}/managedNetworks/default"), &strict());
}

fn of_hub(cloud: &Cloud) {
    cloud.patch(pieces::WORKSPACE_PATH, &strict());
}

/// The agents of the account run in a subnet.
fn subnet(cloud: &Cloud) {
    let id = cloud.id("Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-other");
    let injection = json!([{"scenario": "agent", "subnetArmId": id}]);
    cloud.patch(ACCOUNT, &json!({"properties": {"networkInjections": injection}}));
}
