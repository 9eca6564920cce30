//! Changes outside Terraform are detected and repaired.

use serde_json::{Value, json};

use crate::cloud::without_noise;
use crate::pieces;
use crate::world::World;

fn applied(hcl: &str) -> World {
    let world = World::new();
    world.config(hcl);
    world.apply().succeeds();
    world.plan().is_quiet();
    world
}

/// Asserts that Terraform detects a change of `path` by another client, names `attribute`, and
/// repairs it.
fn is_repaired(hcl: &str, path: &str, change: &Value, attribute: &str) {
    let world = applied(hcl);
    let before = world.cloud.get(path).unwrap();
    world.cloud.patch(path, change);
    world.refresh_only().succeeds().says(attribute);
    world.apply().updates(1).says(attribute);
    world.plan().is_quiet();
    let after = world.cloud.get(path).unwrap();
    for field in ["tags", "properties"] {
        assert_eq!(without_noise(&before[field]), without_noise(&after[field]), "{field}");
    }
}

#[test]
fn changed_tags_of_a_zone_are_repaired() {
    let zone = pieces::ZONE.replace("\"rg-ai\"\n", "\"rg-ai\"\n  tags = { team = \"network\" }\n");
    let change = json!({"tags": {"team": "nobody", "extra": "1"}});
    is_repaired(&zone, pieces::ZONE_PATH, &change, "tags");
}

#[test]
fn changed_tags_of_an_endpoint_are_repaired() {
    let endpoint =
        pieces::ENDPOINT.replacen("\"rg-ai\"\n", "\"rg-ai\"\n  tags = { team = \"network\" }\n", 1);
    is_repaired(&endpoint, pieces::ENDPOINT_PATH, &json!({"tags": {"team": "x"}}), "tags");
}

#[test]
fn changed_registration_of_a_link_is_repaired() {
    let zone = pieces::ZONE.replace("privatelink.api.azureml.ms", "corp.example.org");
    let path =
        "Microsoft.Network/privateDnsZones/corp.example.org/virtualNetworkLinks/link-vnet-ai";
    let change = json!({"properties": {"registrationEnabled": true}});
    is_repaired(&format!("{zone}{}", pieces::LINK), path, &change, "registration_enabled");
}

#[test]
fn changed_public_access_of_a_workspace_is_repaired() {
    let hcl = [pieces::ENDPOINT, pieces::FLAG].concat();
    let change = json!({"properties": {"publicNetworkAccess": "Enabled"}});
    is_repaired(&hcl, pieces::WORKSPACE_PATH, &change, "public_network_access");
}

#[test]
fn deleted_resources_are_recreated() {
    let world = applied(&pieces::one_of_each());
    for (address, id) in pieces::where_each_is(&world.cloud) {
        if address.starts_with("azureai_public_network_access") {
            continue;
        }
        world.cloud.delete(&id);
        world.plan().succeeds().says(&format!("# {address} will be created"));
        world.apply().succeeds();
        world.plan().is_quiet();
        assert!(world.cloud.has(&id), "{id} should be there again");
    }
}

#[test]
fn refresh_only_reports_a_deletion() {
    let world = applied(pieces::ZONE);
    world.cloud.delete(pieces::ZONE_PATH);
    world.refresh_only().succeeds().says("azureai_private_dns_zone.api has been deleted");
}

#[test]
fn denied_refresh_is_an_error_and_keeps_the_state() {
    let world = applied(pieces::ZONE);
    let before = world.state();
    let refused = emulator::Fault::status(403, "AuthorizationFailed", "You may not look at this.");
    world.cloud.fault(refused.method("GET").path("/privateDnsZones/").count(0));
    world.plan().fails_with("You may not look at this.").says("AuthorizationFailed");
    assert_eq!(world.state()["resources"], before["resources"]);
}

/// A resource whose provisioning state is `Failed` or `Canceled` is written again, although none of
/// its attributes differs.
#[test]
fn failed_resources_are_written_again() {
    let world = applied(&[&pieces::one_of_each(), crate::workspaces::HUB].concat());
    let mut paths: Vec<String> =
        pieces::where_each_is(&world.cloud).into_iter().map(|(_, path)| path).collect();
    // The last path is the flag's, whose workspace another configuration manages.
    paths.pop();
    paths.push(world.cloud.id("Microsoft.MachineLearningServices/workspaces/hub-it"));
    let state = |path: &String| world.cloud.get(path).unwrap()["properties"].clone();
    for word in ["Failed", "Canceled"] {
        for path in &paths {
            world.cloud.patch(path, &json!({"properties": {"provisioningState": word}}));
        }
        world.apply().updates(paths.len());
        for path in &paths {
            assert_eq!(state(path)["provisioningState"], "Succeeded", "{path}");
        }
        world.plan().is_quiet();
    }
}
