//! Connections that wait for the owner's word: `azureai_private_endpoint_connection_approval`.

use emulator::Fault;
use serde_json::{Value, json};

use crate::attributes::each_works;
use crate::bad_input::are_refused;
use crate::pieces;
use crate::world::World;

const ADDRESS: &str = "azureai_private_endpoint_connection_approval.it";

/// Who can be a target, and the part of it to reach.
const TARGETS: [(&str, &str); 6] = [
    ("Microsoft.MachineLearningServices/workspaces/airef-hub", "amlworkspace"),
    ("Microsoft.Storage/storageAccounts/airefstorage", "blob"),
    ("Microsoft.KeyVault/vaults/airefkv", "vault"),
    ("Microsoft.ContainerRegistry/registries/airefacr", "registry"),
    ("Microsoft.CognitiveServices/accounts/airef-services", "account"),
    ("Microsoft.Search/searchServices/airef-search", "searchService"),
];

/// An endpoint that asks for a connection.
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

/// The only connection in this world.
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
fn of_every_kind_of_target() {
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
fn each_attribute() {
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
fn by_its_message_and_by_its_name() {
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
fn the_end_of_it() {
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
fn what_does_not_appear_is_an_error_with_what_there_is() {
    let world = World::new();
    let approval = APPROVAL.replace(
        "azureai_private_endpoint.it.id",
        "replace(azureai_private_endpoint.it.id, \"pe-it\", \"x\")\n  wait_for_connection = \"1s\"",
    );
    world.config(&[&vault(), approval.as_str()].concat());
    world
        .apply()
        .fails_with("\"airefkv\" has no such private endpoint connection")
        .says("Pending, \"Let us in.\"");
}

#[test]
fn drift_deletion_and_a_connection_that_is_lost() {
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
fn an_operation_that_fails_is_told_in_azures_words() {
    let world = World::new();
    let refused = Fault::status(403, "AuthorizationFailed", "You may not decide this.");
    world.cloud.fault(refused.method("PUT").path("/privateEndpointConnections/"));
    world.config(&hcl());
    world.apply().fails_with("You may not decide this.");
    world.apply().creates(1);
    world.plan().is_quiet();
}

#[test]
fn mistakes() {
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
