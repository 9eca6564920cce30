//! A run that was killed while Azure made what it had asked for: the next one takes it up, and
//! nothing else.

use std::fs;
use std::path::PathBuf;

use emulator::{Fault, FaultKind};
use serde_json::json;

use crate::pieces;
use crate::world::World;

const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// Begins an apply, and kills Terraform and the provider as soon as it has come so far.
fn killed(world: &World, what: &str, so_far: impl Fn() -> bool) {
    world.cloud.hold(true);
    let mut running = world.start(&APPLY);
    running.wait_until(what, so_far);
    running.signal("KILL");
    drop(world.end(running));
    world.cloud.hold(false);
}

fn killed_at_the_endpoint(hcl: &str) -> World {
    let world = World::new();
    world.config(hcl);
    killed(&world, "Azure begins to make the endpoint", || world.cloud.has(pieces::ENDPOINT_PATH));
    world
}

/// What is noted for the runs to come, in this data folder.
fn notes(world: &World, data: &str) -> Vec<PathBuf> {
    let folder = world.path(data).join("terraform-provider-azureai");
    let found = fs::read_dir(folder).into_iter().flatten();
    found.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn what_is_as_configured_is_taken_up() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    assert_eq!(notes(&world, ".terraform").len(), 1);
    let made = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
    world.apply().creates(1).replaces(0).warns("\"pe-hub\" was made by an earlier run");
    assert_eq!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["etag"], made["etag"]);
    world.plan().is_quiet();
    assert!(!world.path(".terraform").exists(), "the note is over, and its folder");
    world.destroy().destroys(1);
}

#[test]
fn what_azure_is_still_making_is_waited_for() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    world.cloud.hold(true);
    let mut running = world.start(&APPLY);
    let before = world.cloud.requests().len();
    running.wait_until("it looks again", || world.cloud.requests().len() > before + 5);
    world.cloud.hold(false);
    world.end(running).creates(1).warns("was made by an earlier run");
    world.plan().is_quiet();
}

/// The state has it then; but that is certain only when Terraform shows it.
#[test]
fn after_an_interrupt_the_note_stays_until_the_state_is_seen_to_have_it() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.cloud.hold(true);
    let mut running = world.start(&APPLY);
    running.wait_until("it is begun", || world.cloud.has(pieces::ENDPOINT_PATH));
    running.signal("INT");
    world.end(running).fails_with("interrupt");
    assert_eq!(notes(&world, ".terraform").len(), 1);
    world.cloud.hold(false);
    drop(world.plan().succeeds());
    assert!(notes(&world, ".terraform").is_empty());
}

#[test]
fn what_failed_meanwhile_is_repaired() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    let failure = FaultKind::FailOperation {
        code: "InternalServerError".to_owned(),
        message: "Something broke.".to_owned(),
    };
    world.cloud.fault(Fault::new(failure).method("PUT").path("/privateEndpoints/"));
    killed(&world, "Azure begins to make the endpoint", || world.cloud.has(pieces::ENDPOINT_PATH));
    world.apply().creates(1).replaces(0);
    let made = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
    assert_eq!(made["properties"]["provisioningState"], "Succeeded");
    world.plan().is_quiet();
}

#[test]
fn the_rest_of_it_is_made_as_well() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.apply().creates(1);
    world.config(&[pieces::ZONE, &pieces::endpoint_with(pieces::INLINE_GROUP)].concat());
    killed(&world, "Azure begins to make the endpoint", || world.cloud.has(pieces::ENDPOINT_PATH));
    world.apply().succeeds().replaces(0);
    let group = format!("{}/privateDnsZoneGroups/default", pieces::ENDPOINT_PATH);
    assert!(world.cloud.has(&group));
    world.plan().is_quiet();
}

#[test]
fn what_is_configured_otherwise_by_now_is_left_as_it_is() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    world.config(&pieces::endpoint_with("  tags = { by = \"us\" }\n"));
    let outcome = world.apply().fails_with("The private endpoint \"pe-hub\" exists already");
    outcome.says("An earlier run began to make it").says("import {");
    assert!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["tags"]["by"].is_null());
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
}

#[test]
fn what_was_refused_and_made_by_somebody_else_is_not_ours() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.cloud.deny(pieces::ZONE_PATH, "Microsoft.Network/privateDnsZones/write");
    world.apply().fails_with("Azure denied it");
    assert!(notes(&world, ".terraform").is_empty());
    world.cloud.allow_all();
    world.cloud.put_zone(pieces::ZONE_PATH);
    world.apply().fails_with("exists already").says("It was not made by this configuration");
}

#[test]
fn another_workspace_is_not_the_one_that_began_it() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    world.run(&["workspace", "new", "other"]).succeeds();
    world.apply().fails_with("exists already").says("It was not made by this configuration");
    world.run(&["workspace", "select", "default"]).succeeds();
    world.apply().creates(1);
}

#[test]
fn the_data_folder_may_be_elsewhere() {
    let mut world = World::new();
    world.set("TF_DATA_DIR", "elsewhere").config(pieces::ENDPOINT);
    killed(&world, "Azure begins to make the endpoint", || world.cloud.has(pieces::ENDPOINT_PATH));
    assert_eq!(notes(&world, "elsewhere").len(), 1);
    assert!(!world.path(".terraform").exists());
    world.apply().creates(1);
}

/// What cannot be noted costs the memory, and nothing else.
#[test]
fn without_a_place_for_notes_the_import_block_is_printed() {
    let world = World::new();
    world.file(".terraform/terraform-provider-azureai", "in the way").config(pieces::ENDPOINT);
    killed(&world, "Azure begins to make the endpoint", || world.cloud.has(pieces::ENDPOINT_PATH));
    world.apply().fails_with("exists already").says("import {");
}

#[test]
fn the_former_value_of_a_flag_is_not_forgotten() {
    let world = World::new();
    world.config(&pieces::FLAG.replace(
        "  depends_on            = [azureai_private_endpoint.hub]\n",
        "  guard {\n    mode = \"off\"\n  }\n",
    ));
    let off = || {
        let workspace = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
        workspace["properties"]["publicNetworkAccess"] == "Disabled"
    };
    killed(&world, "the workspace is closed", off);
    world.apply().creates(1);
    world.destroy().destroys(1);
    assert!(!off(), "it is as it was before the run that was killed");
}

#[test]
fn a_membership_is_taken_up() {
    let world = World::new();
    let path = "Microsoft.Network/applicationSecurityGroups/asg-ai";
    world.cloud.put(path, &json!({ "location": "eastus", "properties": {} }));
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    let membership = r#"
resource "azureai_private_endpoint_application_security_group_association" "hub" {
  private_endpoint_id           = azureai_private_endpoint.hub.id
  application_security_group_id = "${local.network}/applicationSecurityGroups/asg-ai"
}
"#;
    world.config(&[pieces::ENDPOINT, membership].concat());
    let member = || {
        let endpoint = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
        let groups = &endpoint["properties"]["applicationSecurityGroups"];
        groups.as_array().is_some_and(|groups| !groups.is_empty())
    };
    killed(&world, "the endpoint is in the group", member);
    world.apply().creates(1);
    world.plan().is_quiet();
    world
        .run(&[
            "state",
            "rm",
            "azureai_private_endpoint_application_security_group_association.hub",
        ])
        .succeeds();
    world.apply().fails_with("in the application security group already").says("import {");
}
