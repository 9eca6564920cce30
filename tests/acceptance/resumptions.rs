//! A run that was killed while Azure made what it had asked for: the next one takes it up, and
//! nothing else.

use std::fs;
use std::path::PathBuf;

use emulator::{Fault, FaultKind, Request};
use serde_json::json;

use crate::pieces;
use crate::world::World;

const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// Begins an apply, and kills Terraform and the provider as soon as it has come so far.
fn killed_while_azure_works(world: &World, so_far: impl Fn() -> bool) {
    world.cloud.hold(true);
    let mut running = world.start(&APPLY);
    running.wait_until("Azure begins to work", so_far);
    running.signal("KILL");
    drop(world.end(running));
}

/// The same; then Azure ends what it has begun.
fn killed(world: &World, so_far: impl Fn() -> bool) {
    killed_while_azure_works(world, so_far);
    world.cloud.hold(false);
}

fn killed_at_the_endpoint(hcl: &str) -> World {
    let world = World::new();
    world.config(hcl);
    killed(&world, || world.cloud.has(pieces::ENDPOINT_PATH));
    world
}

/// What is noted for the runs to come, in this data folder.
pub fn notes(world: &World, data: &str) -> Vec<PathBuf> {
    let folder = world.path(data).join("terraform-provider-azureai");
    let found = fs::read_dir(folder).into_iter().flatten();
    // What was being written when the run was killed is no note.
    let found = found.map(|entry| entry.unwrap().path());
    found.filter(|path| path.extension().is_some_and(|it| it == "json")).collect()
}

#[test]
fn what_is_as_configured_is_taken_up() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    assert_eq!(notes(&world, ".terraform").len(), 1);
    let made = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
    world.apply().creates(1).replaces(0).warns("\"pe-hub\" was created by an earlier run");
    assert_eq!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["etag"], made["etag"]);
    world.plan().is_quiet();
    assert!(!world.path(".terraform").exists(), "the note is over, and its folder");
    world.destroy().destroys(1);
}

#[test]
fn what_azure_is_still_making_is_waited_for() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    let followed = |requests: Vec<Request>| {
        requests.iter().filter(|it| it.path.contains("/operations/")).count()
    };
    // The address of an operation is noted before it is asked for the first time.
    killed_while_azure_works(&world, || followed(world.cloud.requests()) > 0);
    let state = || {
        let made = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
        made["properties"]["provisioningState"].as_str().unwrap().to_owned()
    };
    assert_ne!(state(), "Succeeded");
    let before = world.cloud.requests().len();
    let mut running = world.start(&APPLY);
    running.wait_until("it looks again and again", || {
        followed(world.cloud.requests().split_off(before)) > 4
    });
    assert_ne!(state(), "Succeeded");
    world.cloud.hold(false);
    world.end(running).creates(1).warns("was created by an earlier run");
    assert_eq!(state(), "Succeeded");
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
    killed(&world, || world.cloud.has(pieces::ENDPOINT_PATH));
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
    killed(&world, || world.cloud.has(pieces::ENDPOINT_PATH));
    world.apply().succeeds().replaces(0);
    let group = format!("{}/privateDnsZoneGroups/default", pieces::ENDPOINT_PATH);
    assert!(world.cloud.has(&group));
    world.plan().is_quiet();
}

#[test]
fn what_is_configured_otherwise_by_now_is_left_as_it_is() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    world.config(&pieces::endpoint_with("  tags = { by = \"us\" }\n"));
    let outcome = world.apply().fails_with("The private endpoint \"pe-hub\" already exists");
    outcome.says("An earlier run began to create it").says("import {");
    assert!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["tags"]["by"].is_null());
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
}

/// What would be taken away is as much a change as what would be added.
#[test]
fn what_the_configuration_has_lost_by_now_is_left_as_it_is() {
    let tagged = pieces::endpoint_with("  tags = { by = \"us\" }\n");
    let world = killed_at_the_endpoint(&tagged);
    world.config(pieces::ENDPOINT);
    world.apply().fails_with("already exists").says("An earlier run began to create it");
    assert_eq!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["tags"]["by"], "us");
    world.config(&tagged);
    world.apply().creates(1);
}

/// Not even by a second provider block, which is a process of its own.
#[test]
fn two_that_want_the_same_in_one_run_do_not_share_it() {
    let second = pieces::ZONE.replace("\"api\"", "\"again\"");
    for provider in ["", "  provider = azureai.other\n"] {
        let world = World::new();
        let second = pieces::with(&second, provider);
        let after = pieces::with(&second, "  depends_on = [azureai_private_dns_zone.api]\n");
        let other = "provider \"azureai\" {\n  alias = \"other\"\n}\n";
        world.config(&[other, pieces::ZONE, &after].concat());
        let outcome = world.apply().fails_with("already exists");
        outcome.says("This configuration did not create it");
        assert_eq!(world.instances().len(), 1);
    }
}

#[test]
fn what_was_refused_and_made_by_somebody_else_is_not_ours() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.cloud.deny(pieces::ZONE_PATH, "Microsoft.Network/privateDnsZones/write");
    world.apply().fails_with("Azure denied the request");
    assert!(notes(&world, ".terraform").is_empty());
    world.cloud.allow_all();
    world.cloud.put_zone(pieces::ZONE_PATH);
    world.apply().fails_with("already exists").says("This configuration did not create it");
}

#[test]
fn another_workspace_is_not_the_one_that_began_it() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    world.run(&["workspace", "new", "other"]).succeeds();
    world.apply().fails_with("already exists").says("This configuration did not create it");
    world.run(&["workspace", "select", "default"]).succeeds();
    world.apply().creates(1);
}

#[test]
fn the_data_folder_may_be_elsewhere() {
    let mut world = World::new();
    world.set("TF_DATA_DIR", "elsewhere").config(pieces::ENDPOINT);
    killed(&world, || world.cloud.has(pieces::ENDPOINT_PATH));
    assert_eq!(notes(&world, "elsewhere").len(), 1);
    assert!(!world.path(".terraform").exists());
    world.apply().creates(1);
}

/// What cannot be noted costs the memory, and nothing else.
#[test]
fn without_a_place_for_notes_the_import_block_is_printed() {
    let world = World::new();
    world.file(".terraform/terraform-provider-azureai", "in the way").config(pieces::ENDPOINT);
    killed(&world, || world.cloud.has(pieces::ENDPOINT_PATH));
    world.apply().fails_with("already exists").says("import {");
}

/// The workspace's flag without a guard, and with more in it.
pub fn flag(more: &str) -> String {
    let alone =
        pieces::FLAG.replace("  depends_on            = [azureai_private_endpoint.hub]\n", "");
    pieces::with(&alone, &format!("  guard {{\n    mode = \"off\"\n  }}\n{more}"))
}

#[test]
fn the_former_value_of_a_flag_is_not_forgotten() {
    let world = World::new();
    world.config(&flag(""));
    let off = || {
        let workspace = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
        workspace["properties"]["publicNetworkAccess"] == "Disabled"
    };
    killed(&world, off);
    world.apply().creates(1);
    world.plan().is_quiet();
    world.destroy().destroys(1);
    assert!(!off(), "it is as it was before the run that was killed");
}

/// The access to the storage account, of this value and with more in it.
fn access(value: &str, more: &str) -> String {
    flag(more).replace("local.workspace", "local.storage").replace("Disabled", value)
}

/// Whether the account is closed, and how many rules it has.
fn account(world: &World) -> (bool, usize) {
    let account = world.cloud.get("Microsoft.Storage/storageAccounts/airefstorage").unwrap();
    let properties = &account["properties"];
    let rules = properties["networkAcls"]["ipRules"].as_array().map_or(0, Vec::len);
    (properties["publicNetworkAccess"] == "Disabled", rules)
}

/// An apply that is killed when the account is so: the answer is lost, and asked for in vain.
fn killed_when_the_account_is(world: &World, so: (bool, usize)) {
    for (kind, nth) in [(FaultKind::ResetAfter, 1), (FaultKind::Hang, 2)] {
        world.cloud.fault(Fault::new(kind).method("PATCH").path("/storageAccounts/").nth(nth));
    }
    killed(world, || account(world) == so);
    world.cloud.forget_faults();
}

const RULE: &str = "  ip_rules = [\"198.51.100.7\"]\n";

#[test]
fn what_is_taken_on_as_well_by_now_is_put_back_with_the_rest() {
    let world = World::new();
    let before = account(&world);
    assert_eq!(before, (false, 0));
    world.config(&access("Disabled", ""));
    killed_when_the_account_is(&world, (true, 0));
    world.config(&access("Disabled", RULE));
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(account(&world), (true, 1));
    world.destroy().destroys(1);
    assert_eq!(account(&world), before);
}

/// What another run meant to write and could not does not hide what the killed one has written.
#[test]
fn a_wish_that_was_refused_meanwhile_makes_nobody_forget() {
    let world = World::new();
    let before = account(&world);
    world.config(&access("Disabled", ""));
    killed_when_the_account_is(&world, (true, 0));
    let refused = Fault::status(403, "AuthorizationFailed", "No right to do this.");
    world.cloud.fault(refused.method("PATCH").path("/storageAccounts/").count(0));
    world.config(&access("Enabled", RULE));
    world.apply().fails_with("No right to do this.");
    world.cloud.forget_faults();
    assert_eq!(account(&world), (true, 0));
    world.config(&access("Disabled", RULE));
    world.apply().succeeds();
    assert_eq!(account(&world), (true, 1));
    world.destroy().destroys(1);
    assert_eq!(account(&world), before);
}

/// Of what an update takes on, the state knows nothing either when the update is killed.
#[test]
fn what_an_update_took_on_is_put_back_as_well() {
    let world = World::new();
    world.config(&access("Enabled", ""));
    world.apply().creates(1);
    world.config(&access("Enabled", RULE));
    killed_when_the_account_is(&world, (false, 1));
    world.apply().succeeds();
    world.plan().is_quiet();
    world.destroy().destroys(1);
    assert_eq!(account(&world), (false, 0));
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
    killed(&world, member);
    world.apply().creates(1);
    world.plan().is_quiet();
    world
        .run(&[
            "state",
            "rm",
            "azureai_private_endpoint_application_security_group_association.hub",
        ])
        .succeeds();
    world.apply().fails_with("already belongs to the application security group").says("import {");
}
