//! `azureai_private_endpoint_connection_approval`: connections that wait for the approval of the
//! service's owner.

use emulator::Fault;
use serde_json::{Value, json};

use crate::attributes::each_works;
use crate::bad_input::are_refused;
use crate::pieces;
use crate::world::World;

const ADDRESS: &str = "azureai_private_endpoint_connection_approval.it";

/// Target services, each with one of its subresources.
const TARGETS: [(&str, &str); 6] = [
    ("Microsoft.MachineLearningServices/workspaces/airef-hub", "amlworkspace"),
    ("Microsoft.Storage/storageAccounts/airefstorage", "blob"),
    ("Microsoft.KeyVault/vaults/airefkv", "vault"),
    ("Microsoft.ContainerRegistry/registries/airefacr", "registry"),
    ("Microsoft.CognitiveServices/accounts/airef-services", "account"),
    ("Microsoft.Search/searchServices/airef-search", "searchService"),
];

/// Returns an endpoint with a manual connection to a target.
fn endpoint(target: &str, part: &str) -> String {
    format!(
        r#"
resource "azureai_private_endpoint" "it" {{
  name                = "pe-it"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {{
    name                           = "it"
    is_manual_connection           = true
    request_message                = "Let us in."
    private_connection_resource_id = "${{local.group}}/providers/{target}"
    subresource_names              = ["{part}"]
  }}
}}
"#
    )
}

const APPROVAL: &str = r#"
resource "azureai_private_endpoint_connection_approval" "it" {
  target_resource_id  = local.vault
  private_endpoint_id = azureai_private_endpoint.it.id
}
"#;

fn vault() -> String {
    endpoint(TARGETS[2].0, TARGETS[2].1)
}

fn hcl() -> String {
    [&vault(), APPROVAL].concat()
}

/// Returns the only private endpoint connection of the world, or null if there is no connection.
fn connection(world: &World) -> Value {
    let mut found = world.cloud.everything().into_values().filter(|it| {
        it["id"].as_str().is_some_and(|id| id.contains("/privateEndpointConnections/"))
    });
    found.next().unwrap_or_default()
}

fn state(world: &World, name: &str) -> Value {
    connection(world)["properties"]["privateLinkServiceConnectionState"][name].clone()
}

#[test]
fn connections_of_every_target_type_are_approved() {
    for (target, part) in TARGETS {
        let world = World::new();
        let approval = APPROVAL
            .replace("local.vault", &format!("\"${{local.group}}/providers/{target}\""))
            .replace(".it.id\n", ".it.id\n  description = \"Come in.\"\n");
        world.config(&[endpoint(target, part), approval.clone()].concat());
        world.apply().creates(2);
        world.plan().is_quiet();
        assert_eq!(state(&world, "status"), "Approved", "{target}");
        assert_eq!(state(&world, "description"), "Come in.", "{target}");
        let id = world.attribute(ADDRESS, "connection_id");
        assert_eq!(id, connection(&world)["id"], "{target}");
        assert_eq!(world.attribute(ADDRESS, "actions_required"), "None", "{target}");
        world.run(&["state", "rm", ADDRESS]).succeeds();
        world.import(ADDRESS, &pieces::odd_casing(id.as_str().unwrap())).succeeds();
        world.plan().is_quiet();
    }
}

#[test]
fn every_approval_attribute_updates_or_replaces_as_documented() {
    let approval = pieces::with(APPROVAL, "  # here\n");
    each_works(
        &World::new(),
        &[&vault(), approval.as_str()].concat(),
        r#"
update: status
from:   status = "Approved"
to:     status = "Rejected"

update: status
from:   status = "Rejected"

update: description
from:   description = "Yes."
to:     description = "Yes, of course."

update: wait_for_connection
to:     wait_for_connection = "5m"

update: on_destroy
from:   on_destroy = "reject"
to:     on_destroy = "delete"

plan:  target_resource_id
place: local.vault
to:    local.storage

plan:  private_endpoint_id
place: azureai_private_endpoint.it.id
to:    "${local.network}/privateEndpoints/other"
"#,
    );
}

#[test]
fn connection_is_selected_by_request_message_or_name() {
    let world = World::new();
    let choice = "private_endpoint_id = azureai_private_endpoint.it.id";
    let by_message = APPROVAL.replace(
        choice,
        "request_message     = \"Let us in.\"\n  depends_on = [azureai_private_endpoint.it]",
    );
    world.config(&[&vault(), by_message.as_str()].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    assert_eq!(state(&world, "status"), "Approved");
    world.run(&["state", "rm", ADDRESS]).succeeds();
    let name = connection(&world)["name"].as_str().unwrap().to_owned();
    let rejected = format!("connection_name = \"{name}\"\n  status = \"Rejected\"");
    let by_name = APPROVAL.replace(choice, &rejected);
    world.config(&[&vault(), by_name.as_str()].concat());
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(state(&world, "status"), "Rejected");
}

#[test]
fn destroy_retains_rejects_or_deletes_the_connection() {
    let world = World::new();
    for (end, status) in
        [("retain", json!("Approved")), ("reject", json!("Rejected")), ("delete", Value::Null)]
    {
        let approval = pieces::with(APPROVAL, &format!("  on_destroy = \"{end}\"\n"));
        world.config(&[&vault(), approval.as_str()].concat());
        world.apply().succeeds();
        assert_eq!(state(&world, "status"), "Approved", "{end}");
        world.config(&vault());
        world.apply().destroys(1);
        assert_eq!(state(&world, "status"), status, "{end}");
    }
}

#[test]
fn timeout_error_lists_the_existing_connections() {
    let world = World::new();
    let approval = APPROVAL.replace(
        "azureai_private_endpoint.it.id",
        "replace(azureai_private_endpoint.it.id, \"pe-it\", \"x\")\n  wait_for_connection = \"1s\"",
    );
    world.config(&[&vault(), approval.as_str()].concat());
    world
        .apply()
        .fails_with("\"airefkv\" lacks the selected private endpoint connection")
        .says("Pending, \"Let us in.\"");
}

#[test]
fn rejected_is_repaired_disconnected_is_an_error_deleted_is_recreated() {
    let world = World::new();
    world.config(&hcl());
    world.apply().creates(2);
    let id = connection(&world)["id"].as_str().unwrap().to_owned();
    let status = |status: &str| json!({"status": status});
    let state = |to: &str| json!({"properties": {"privateLinkServiceConnectionState": status(to)}});
    world.cloud.patch(&id, &state("Rejected"));
    world.apply().updates(1).says("status");
    world.plan().is_quiet();
    world.cloud.patch(&id, &state("Disconnected"));
    world
        .run(&["apply", "-input=false", "-auto-approve", &format!("-target={ADDRESS}")])
        .fails_with("permanently disconnected");
    world.cloud.delete(&id);
    world
        .run(&["plan", "-input=false", &format!("-target={ADDRESS}")])
        .says("azureai_private_endpoint_connection_approval.it will be created");
}

#[test]
fn azure_errors_of_an_approval_are_reported() {
    let world = World::new();
    let refused = Fault::status(403, "AuthorizationFailed", "You may not decide this.");
    world.cloud.fault(refused.method("PUT").path("/privateEndpointConnections/"));
    world.config(&hcl());
    world.apply().fails_with("You may not decide this.");
    world.apply().creates(1);
    world.plan().is_quiet();
}

#[test]
fn invalid_approval_arguments_are_errors() {
    are_refused(
        &hcl(),
        r#"
good: target_resource_id  = local.vault
bad:  target_resource_id = local.vnet
says: Microsoft.MachineLearningServices/workspaces

good: private_endpoint_id = azureai_private_endpoint.it.id
bad:  private_endpoint_id = local.subnet
says: privateEndpoints/…

good: private_endpoint_id = azureai_private_endpoint.it.id
bad:  status = "Approved"
line: "azureai_private_endpoint_connection_approval" "it" {
says: None is set

good: private_endpoint_id = azureai_private_endpoint.it.id
bad:  private_endpoint_id = "${local.network}/privateEndpoints/pe-it"
bad:  request_message     = "a"
line: request_message     = "a"
says: Exactly one attribute must select

good: private_endpoint_id = azureai_private_endpoint.it.id
bad:  connection_name = "a"
bad:  request_message = "b"
line: request_message = "b"
says: More than one is set

good: private_endpoint_id = azureai_private_endpoint.it.id
bad:  private_endpoint_id = azureai_private_endpoint.it.id
bad:  status              = "Pending"
line: status              = "Pending"
says: "Approved", "Rejected"

good: private_endpoint_id = azureai_private_endpoint.it.id
bad:  private_endpoint_id = azureai_private_endpoint.it.id
bad:  wait_for_connection = "soon"
line: wait_for_connection = "soon"
says: not a duration
"#,
    );
}
