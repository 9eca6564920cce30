//! Checks of the isolation modes of managed networks.

use serde_json::json;

use super::{CheckCase, each_is_reported};
use crate::cloud::Cloud;
use crate::foundry_connections::ACCOUNT;
use crate::managed_networks::{OF_ACCOUNT, OF_HUB};
use crate::pieces;

const STRICT: &str = "AllowOnlyApprovedOutbound";

#[test]
fn unsupported_isolation_modes_are_reported() {
    each_is_reported(&cases());
}

pub fn cases() -> Vec<CheckCase> {
    let of = |hcl: &str, wrong: fn(&Cloud), says| CheckCase::in_azure("AAI028", hcl, wrong, says);
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

/// Makes the account's managed network stricter, as another client would.
fn of_account(cloud: &Cloud) {
    cloud.put(&format!("{ACCOUNT}/managedNetworks/default"), &strict());
}

fn of_hub(cloud: &Cloud) {
    cloud.patch(pieces::WORKSPACE_PATH, &strict());
}

/// Lets the account's agents run in a custom subnet.
fn subnet(cloud: &Cloud) {
    let id = cloud.id("Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-other");
    let injection = json!([{"scenario": "agent", "subnetArmId": id}]);
    cloud.patch(ACCOUNT, &json!({"properties": {"networkInjections": injection}}));
}
