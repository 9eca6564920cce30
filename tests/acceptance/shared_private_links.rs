//! Acceptance tests of shared private links of search services:
//! `azureai_search_shared_private_link`.

use emulator::Emulator;
use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::moves::are_moved;
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const PATH: &str = "Microsoft.Search/searchServices/airef-search/sharedPrivateLinkResources/files";
const IT: &str = "azureai_search_shared_private_link.files";

pub const LINK: &str = r#"
resource "azureai_search_shared_private_link" "files" {
  name               = "files"
  search_service_id  = local.search
  target_resource_id = local.storage
  subresource_name   = "blob"
  request_message    = "For the indexers."
}

locals {
  search = "${local.group}/providers/Microsoft.Search/searchServices/airef-search"
}
"#;

fn approved() -> String {
    LINK.replacen("\"For the indexers.\"\n", "\"For the indexers.\"\n  approve = true\n", 1)
}

/// Returns the connections to the storage account.
fn connections(world: &World) -> Vec<Value> {
    let part = format!("{STORAGE}/privateEndpointConnections/");
    let all = world.cloud.everything().into_values();
    all.filter(|it| it["id"].as_str().is_some_and(|id| id.contains(&part))).collect()
}

fn state(world: &World) -> Value {
    connections(world)[0]["properties"]["privateLinkServiceConnectionState"]["status"].clone()
}

#[test]
fn a_pending_link_is_complete_without_an_approval() {
    let world = World::new();
    let before = world.cloud.everything();
    world.config(LINK);
    world.plan().creates(1).says("/sharedPrivateLinkResources/files").keeps_quiet_about("AAI");
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Pending");
    assert_eq!(world.attribute(IT, "provisioning_state"), "Succeeded");
    assert_eq!(state(&world), "Pending");
    world.config(&LINK.replace("For the indexers.", "For all indexers."));
    world.apply().updates(1);
    world.plan().is_quiet();
    world.config(&LINK.replace("\"blob\"", "\"file\""));
    world.plan().replaces(1);
    world.destroy().destroys(1);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn a_link_approves_its_connection_after_its_creation() {
    let world = World::of(Emulator::builder().operation_seconds(1.0));
    world.config(&approved());
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Approved");
    assert_eq!(state(&world), "Approved");
    let requests = world.cloud.requests();
    let place = |method: &str, part: &str| {
        requests.iter().rposition(|it| it.method == method && it.path.contains(part))
    };
    let (polled, decided) =
        (place("GET", "/operationStatuses/"), place("PUT", "/privateEndpointConnections/"));
    assert!(polled.is_some() && polled < decided, "approved after it is made");
    world.destroy().destroys(1);
}

#[test]
fn an_update_approves_a_pending_link() {
    let world = World::new();
    world.config(LINK);
    world.apply().creates(1);
    world.config(&approved());
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Approved");
}

#[test]
fn a_link_without_a_message_approves_the_new_connection() {
    let world = World::new();
    world.config(&approved().replace("  request_message    = \"For the indexers.\"\n", ""));
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Approved");
}

#[test]
fn a_rejected_link_is_not_approved() {
    let world = World::new();
    world.config(LINK);
    world.apply().creates(1);
    let id = connections(&world)[0]["id"].as_str().unwrap().to_owned();
    let rejected = json!({"privateLinkServiceConnectionState": {"status": "Rejected"}});
    world.cloud.patch(&id, &json!({ "properties": rejected }));
    world.config(&approved());
    world.apply().fails_with("is Rejected").says("Replace the link");
    assert_eq!(state(&world), "Rejected");
}

/// The link is complete without the approval, so the next apply does not replace it.
#[test]
fn a_failed_approval_is_reported_and_tried_again() {
    let world = World::new();
    let write = "Microsoft.Storage/storageAccounts/privateEndpointConnections/write";
    world.cloud.deny(STORAGE, write);
    world.config(&approved());
    world.apply().creates(1).says("Approving the connection of shared private link");
    assert_eq!(world.attribute(IT, "status"), "Pending");
    assert!(!world.is_tainted(IT));
    world.plan().updates(1);
    world.cloud.allow_all();
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Approved");
}

#[test]
fn a_missing_permission_to_approve_fails_the_plan() {
    let world = World::new();
    let action = "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action";
    world.cloud.deny(&world.cloud.group(), action);
    world.config(&approved());
    world
        .plan()
        .fails_with("Missing permission to approve the connection")
        .says("AAI022")
        .says(action);
}

#[test]
fn a_deleted_link_is_recreated_and_an_existing_one_is_imported() {
    let world = World::new();
    world.config(LINK);
    world.apply().creates(1);
    world.cloud.delete(PATH);
    world.apply().creates(1);
    world.forget_everything();
    world.apply().fails_with("already exists").says("import {");
    world.import(IT, &world.cloud.id(PATH).to_uppercase()).succeeds();
    world.plan().is_quiet();
}

#[test]
fn links_of_one_service_are_written_one_at_a_time() {
    let world = World::of(Emulator::builder().operation_seconds(1.0));
    let many = LINK
        .replacen(
            "  name ",
            "  for_each = toset([\"blob\", \"file\", \"table\", \"dfs\"])\n  name ",
            1,
        )
        .replace("\"files\"\n  search", "each.key\n  search")
        .replace("\"blob\"\n  request", "each.key\n  request");
    world.config(&many);
    world.apply().creates(4);
    world.plan().is_quiet();
    world.destroy().destroys(4);
}

#[test]
fn links_of_azurerm_and_azapi_are_moved() {
    for name in ["azurerm", "azapi"] {
        let world = World::new();
        are_moved(&world, LINK, &[&format!("search_shared_private_link/{name}")]);
        world.destroy().destroys(1);
    }
}

#[test]
fn invalid_arguments_are_errors() {
    are_refused(
        LINK,
        r#"
good: name               = "files"
bad:  name               = "-files"
says: 1 to 60 letters

good: search_service_id  = local.search
bad:  search_service_id  = local.storage
says: Microsoft.Search/searchServices

good: target_resource_id = local.storage
bad:  target_resource_id = "${local.group}/providers/Microsoft.DocumentDB/databaseAccounts/c"
line: subresource_name
says: Use one of these, in this spelling: Sql

good: request_message    = "For the indexers."
bad:  request_message    = ""
says: request_message
"#,
    );
}
