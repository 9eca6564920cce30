//! Acceptance tests of a run that was killed while Azure worked on its request: the next run
//! resumes this operation, and nothing else.

use std::fs;
use std::path::PathBuf;

use emulator::{Fault, FaultKind, Request};
use serde_json::json;

use crate::pieces;
use crate::world::World;

const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// Starts an apply, and kills Terraform and the provider once `so_far` returns `true`.
fn killed_while_azure_works(world: &World, so_far: impl Fn() -> bool) {
    world.cloud.hold(true);
    let mut running = world.start(&APPLY);
    running.wait_until("Azure begins to work", so_far);
    running.signal("KILL");
    drop(world.end(running));
}

/// Kills an apply as [`killed_while_azure_works`] does, and then lets Azure finish.
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

/// Returns the journal entries in this data folder.
pub fn journal_entries(world: &World, data: &str) -> Vec<PathBuf> {
    let folder = world.path(data).join("terraform-provider-azureai");
    let found = fs::read_dir(folder).into_iter().flatten();
    // A file that was being written when the run was killed is no entry.
    let found = found.map(|entry| entry.unwrap().path());
    found.filter(|path| path.extension().is_some_and(|it| it == "json")).collect()
}

#[test]
fn an_object_of_a_killed_run_is_resumed() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    assert_eq!(journal_entries(&world, ".terraform").len(), 1);
    let made = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
    world.apply().creates(1).replaces(0).warns("\"pe-hub\" was created by an earlier run");
    assert_eq!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["etag"], made["etag"]);
    world.plan().is_quiet();
    assert!(!world.path(".terraform").exists(), "the journal entry and its folder are deleted");
    world.destroy().destroys(1);
}

#[test]
fn create_waits_for_a_running_operation() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    let followed = |requests: Vec<Request>| {
        requests.iter().filter(|it| it.path.contains("/operations/")).count()
    };
    // The journal has the URL of an operation before its first poll.
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

/// The state has the object after an interrupt, but only the next run can be sure of that.
#[test]
fn a_journal_entry_stays_after_an_interrupt_until_the_state_has_the_object() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.cloud.hold(true);
    let mut running = world.start(&APPLY);
    running.wait_until("it is begun", || world.cloud.has(pieces::ENDPOINT_PATH));
    running.signal("INT");
    world.end(running).fails_with("interrupt");
    assert_eq!(journal_entries(&world, ".terraform").len(), 1);
    world.cloud.hold(false);
    drop(world.plan().succeeds());
    assert!(journal_entries(&world, ".terraform").is_empty());
}

#[test]
fn an_object_whose_operation_failed_is_repaired() {
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
fn the_zone_group_of_a_resumed_endpoint_is_created() {
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
fn an_object_with_an_added_argument_is_not_resumed() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    world.config(&pieces::endpoint_with("  tags = { by = \"us\" }\n"));
    let outcome = world.apply().fails_with("The private endpoint \"pe-hub\" already exists");
    outcome.says("An earlier run began to create the object").says("import {");
    assert!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["tags"]["by"].is_null());
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
}

/// Removing an argument is as much a change as adding one.
#[test]
fn an_object_with_a_removed_argument_is_not_resumed() {
    let tagged = pieces::endpoint_with("  tags = { by = \"us\" }\n");
    let world = killed_at_the_endpoint(&tagged);
    world.config(pieces::ENDPOINT);
    world.apply().fails_with("already exists").says("An earlier run began to create the object");
    assert_eq!(world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["tags"]["by"], "us");
    world.config(&tagged);
    world.apply().creates(1);
}

/// Covers a second provider block, which is a process of its own.
#[test]
fn two_resources_in_one_run_do_not_share_an_object() {
    let second = pieces::ZONE.replace("\"api\"", "\"again\"");
    for provider in ["", "  provider = azureai.other\n"] {
        let world = World::new();
        let second = pieces::with(&second, provider);
        let after = pieces::with(&second, "  depends_on = [azureai_private_dns_zone.api]\n");
        let other = "provider \"azureai\" {\n  alias = \"other\"\n}\n";
        world.config(&[other, pieces::ZONE, &after].concat());
        let outcome = world.apply().fails_with("already exists");
        outcome.says("This configuration did not create the object");
        assert_eq!(world.instances().len(), 1);
    }
}

#[test]
fn an_object_that_another_client_creates_after_a_rejection_is_not_resumed() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.cloud.deny(pieces::ZONE_PATH, "Microsoft.Network/privateDnsZones/write");
    world.apply().fails_with("Azure denied the request");
    assert!(journal_entries(&world, ".terraform").is_empty());
    world.cloud.allow_all();
    world.cloud.put_zone(pieces::ZONE_PATH);
    world.apply().fails_with("already exists").says("This configuration did not create the object");
}

#[test]
fn another_terraform_workspace_does_not_resume_the_object() {
    let world = killed_at_the_endpoint(pieces::ENDPOINT);
    world.run(&["workspace", "new", "other"]).succeeds();
    world.apply().fails_with("already exists").says("This configuration did not create the object");
    world.run(&["workspace", "select", "default"]).succeeds();
    world.apply().creates(1);
}

#[test]
fn the_journal_is_in_tf_data_dir() {
    let mut world = World::new();
    world.set("TF_DATA_DIR", "elsewhere").config(pieces::ENDPOINT);
    killed(&world, || world.cloud.has(pieces::ENDPOINT_PATH));
    assert_eq!(journal_entries(&world, "elsewhere").len(), 1);
    assert!(!world.path(".terraform").exists());
    world.apply().creates(1);
}

/// Without the journal, the next run can only suggest an import.
#[test]
fn without_a_journal_the_error_has_an_import_block() {
    let world = World::new();
    world.file(".terraform/terraform-provider-azureai", "in the way").config(pieces::ENDPOINT);
    killed(&world, || world.cloud.has(pieces::ENDPOINT_PATH));
    world.apply().fails_with("already exists").says("import {");
}

/// Returns the workspace's flag without a guard, and with these arguments.
pub fn flag(more: &str) -> String {
    let alone =
        pieces::FLAG.replace("  depends_on            = [azureai_private_endpoint.hub]\n", "");
    pieces::with(&alone, &format!("  guard {{\n    mode = \"off\"\n  }}\n{more}"))
}

#[test]
fn a_resumed_flag_keeps_its_former_value() {
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

/// Returns the access to the storage account with this value and these arguments.
fn access(value: &str, more: &str) -> String {
    flag(more).replace("local.workspace", "local.storage").replace("Disabled", value)
}

/// Returns `true` if the account is closed, and the number of its rules.
fn account(world: &World) -> (bool, usize) {
    let account = world.cloud.get("Microsoft.Storage/storageAccounts/airefstorage").unwrap();
    let properties = &account["properties"];
    let rules = properties["networkAcls"]["ipRules"].as_array().map_or(0, Vec::len);
    (properties["publicNetworkAccess"] == "Disabled", rules)
}

/// Kills an apply once the account has this state. The response of the write is lost, and the
/// repeated write gets none.
fn killed_when_the_account_is(world: &World, so: (bool, usize)) {
    for (kind, nth) in [(FaultKind::ResetAfter, 1), (FaultKind::Hang, 2)] {
        world.cloud.fault(Fault::new(kind).method("PATCH").path("/storageAccounts/").nth(nth));
    }
    killed(world, || account(world) == so);
    world.cloud.forget_faults();
}

const RULE: &str = "  ip_rules = [\"198.51.100.7\"]\n";

#[test]
fn an_argument_that_is_added_after_a_kill_is_restored_with_the_rest() {
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

/// The rejected write of another run does not hide what the killed run has written.
#[test]
fn a_rejected_write_keeps_the_journal_entry_of_a_killed_run() {
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

/// The state does not have the former value of an argument that a killed update has added.
#[test]
fn an_argument_that_a_killed_update_added_is_restored() {
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
fn a_membership_is_resumed() {
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
