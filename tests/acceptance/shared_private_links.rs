//! Shared private links of search services: `azureai_search_shared_private_link`.

use emulator::Emulator;
use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::moves::are_taken_over;
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

/// The connections to the storage account.
fn connections(world: &World) -> Vec<Value> {
    let part = format!("{STORAGE}/privateEndpointConnections/");
    let all = world.cloud.everything().into_values();
    all.filter(|it| it["id"].as_str().is_some_and(|id| id.contains(&part))).collect()
}

fn state(world: &World) -> Value {
    connections(world)[0]["properties"]["privateLinkServiceConnectionState"]["status"].clone()
}

#[test]
fn without_an_approval_a_link_that_waits_is_whole() {
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
fn the_link_itself_approves_its_connection_once_it_is_made() {
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
fn a_link_that_waits_is_approved_by_an_update() {
    let world = World::new();
    world.config(LINK);
    world.apply().creates(1);
    world.config(&approved());
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Approved");
}

#[test]
fn a_link_without_a_message_finds_its_connection_by_its_being_new() {
    let world = World::new();
    world.config(&approved().replace("  request_message    = \"For the indexers.\"\n", ""));
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "status"), "Approved");
}

#[test]
fn a_link_that_was_rejected_is_not_approved() {
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

/// The link is whole without it, so it is not made anew: the next apply tries again.
#[test]
fn an_approval_that_fails_is_told_and_tried_again() {
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
fn whoever_may_not_approve_is_told_in_the_plan() {
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
fn what_was_removed_is_made_anew_and_what_exists_is_imported() {
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
fn links_of_one_service_take_turns() {
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
fn what_azurerm_and_azapi_have_made_is_taken_over() {
    for name in ["azurerm", "azapi"] {
        let world = World::new();
        are_taken_over(&world, LINK, &[&format!("search_shared_private_link/{name}")]);
        world.destroy().destroys(1);
    }
}

#[test]
fn in_a_shared_private_link() {
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
