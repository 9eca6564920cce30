//! The ID of an endpoint's connection at the service, and the warning that a replacement can change
//! the endpoint's addresses.

use emulator::Fault;
use serde_json::Value;

use crate::pieces;
use crate::world::World;

const IT: &str = "azureai_private_endpoint.hub";
const ID: &str = "private_endpoint_connection_id";

/// Returns the number of requests for the service's connections.
fn looked(world: &World) -> usize {
    let lines = world.cloud.request_lines();
    lines.lines().filter(|line| line.contains("/privateEndpointConnections?")).count()
}

#[test]
fn connection_id_is_read_once_and_kept() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    let workspace = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    let connection = &workspace["properties"]["privateEndpointConnections"][0]["id"];
    assert!(connection.is_string());
    assert_eq!(world.attribute(IT, ID), *connection);
    let before = looked(&world);
    world.plan().is_quiet();
    world.config(&pieces::endpoint_with("  tags = { a = \"1\" }\n"));
    world.apply().updates(1);
    assert_eq!(looked(&world), before, "the ID never changes, so it is not read again");
    assert_eq!(world.attribute(IT, ID), *connection);

    world.run(&["state", "rm", IT]).succeeds();
    world.import(IT, &world.cloud.id(pieces::ENDPOINT_PATH)).succeeds();
    assert_eq!(world.attribute(IT, ID), *connection);
    world.plan().is_quiet();

    world.cloud.delete(connection.as_str().unwrap());
    let ignoring =
        pieces::endpoint_with("  tags = { a = \"1\" }\n  on_disconnected = \"ignore\"\n");
    world.config(&ignoring);
    world.apply().updates(1);
    assert_eq!(world.attribute(IT, "connection_status"), "Disconnected");
    assert_eq!(world.attribute(IT, ID), Value::Null);
}

#[test]
fn replacement_plan_warns_about_changing_addresses() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    let addresses = world.attribute(IT, "private_ip_addresses");
    world.config(&pieces::ENDPOINT.replace("pe-hub", "pe-new"));
    let plan = world.plan().replaces(1).warns("The addresses of the private endpoint can change");
    plan.says(addresses[0].as_str().unwrap()).says(".workspace.eastus.api.azureml.ms");
    world.apply().replaces(1);
    world.plan().is_quiet().keeps_quiet_about("can change");
}

#[test]
fn create_succeeds_without_permission_to_read_the_connections() {
    let world = World::new();
    let hidden = |fault: Fault| fault.method("GET").path("privateEndpointConnections").count(0);
    world.cloud.fault(hidden(Fault::status(403, "AuthorizationFailed", "You may not.")));
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    assert_eq!(world.attribute(IT, ID), Value::Null);
    world.plan().is_quiet();
    world.cloud.forget_faults();
    world.cloud.fault(hidden(Fault::status(400, "InvalidResourceType", "There is no such child.")));
    world.plan().is_quiet();
    world.cloud.forget_faults();
    world.apply().succeeds();
    assert!(world.attribute(IT, ID).is_string());
}
