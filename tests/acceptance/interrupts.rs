//! Acceptance tests of Ctrl-C and other signals: the state or the journal keeps every object that
//! Azure has begun to create.

use emulator::{Fault, FaultKind};
use serde_json::json;

use crate::outcome::Outcome;
use crate::pieces;
use crate::resumptions::flag;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";
const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// Returns a world in which Azure begins to create an endpoint but does not finish.
fn slow() -> World {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.cloud.hold(true);
    world
}

/// Starts the apply, and calls `interrupt` once Azure has begun to create the endpoint.
fn interrupted(world: &World, interrupt: impl Fn(&crate::process::Running)) -> Outcome {
    let mut running = world.start(&APPLY);
    running
        .wait_until("Azure begins to make the endpoint", || world.cloud.has(pieces::ENDPOINT_PATH));
    interrupt(&running);
    world.end(running)
}

/// Asserts that the state has the endpoint untainted, and that nothing is left to do once Azure
/// finishes.
fn is_in_state_and_converges(world: &World) {
    assert_eq!(world.attribute(ENDPOINT, "id"), world.cloud.id(pieces::ENDPOINT_PATH).as_str());
    assert_eq!(world.attribute(ENDPOINT, "provisioning_state"), "Updating");
    assert!(!world.is_tainted(ENDPOINT));
    world.cloud.hold(false);
    world.plan().is_quiet();
    world.apply().succeeds();
    assert_eq!(world.attribute(ENDPOINT, "provisioning_state"), "Succeeded");
}

#[test]
fn ctrl_c_keeps_the_endpoint_in_the_state() {
    let world = slow();
    let outcome = interrupted(&world, |running| running.signal("INT"));
    outcome.fails_with("interrupt").keeps_quiet_about("did not respond");
    is_in_state_and_converges(&world);
}

#[test]
fn sigterm_to_the_process_group_keeps_the_endpoint_in_the_state() {
    let world = slow();
    let outcome = interrupted(&world, |running| running.signal("TERM"));
    outcome.fails_with("interrupt").keeps_quiet_about("did not respond");
    is_in_state_and_converges(&world);
}

#[test]
fn sigterm_to_terraform_alone_keeps_the_endpoint_in_the_state() {
    let world = slow();
    let outcome = interrupted(&world, |running| running.signal_alone("TERM"));
    outcome.fails_with("interrupt").keeps_quiet_about("did not respond");
    is_in_state_and_converges(&world);
}

#[test]
fn the_next_apply_creates_what_the_interrupted_run_did_not() {
    let world = World::new();
    world.config(&[pieces::ZONE, &pieces::endpoint_with(pieces::INLINE_GROUP)].concat());
    let zone = "-target=azureai_private_dns_zone.api";
    world.run(&["apply", "-input=false", "-auto-approve", zone]).succeeds();
    world.cloud.hold(true);
    let outcome = interrupted(&world, |running| running.signal("INT"));
    outcome.fails_with("The state has the object as it is now");
    let guid =
        || world.cloud.get(pieces::ENDPOINT_PATH).unwrap()["properties"]["resourceGuid"].clone();
    let made = guid();
    world.cloud.hold(false);
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(guid(), made);
    assert_eq!(world.attribute(ENDPOINT, "private_dns_zone_group.0.name"), "default");
}

/// Azure's operation fails after the interrupt.
#[test]
fn an_operation_that_fails_after_the_interrupt_is_repaired() {
    let world = slow();
    interrupted(&world, |running| running.signal("INT")).fails_with("interrupt");
    let failed = json!({"properties": {"provisioningState": "Failed"}});
    world.cloud.hold(false);
    world.cloud.patch(pieces::ENDPOINT_PATH, &failed);
    world.apply().updates(1);
    world.plan().is_quiet();
}

/// A replacement would restore the former value for a moment, which enables the flag.
#[test]
fn an_interrupted_flag_is_not_replaced() {
    let world = World::new();
    world.config(&flag(""));
    world.cloud.hold(true);
    let patches = || world.cloud.requests().iter().filter(|it| it.method == "PATCH").count();
    let mut running = world.start(&APPLY);
    running.wait_until("Azure begins to switch it off", || patches() == 1);
    running.signal("INT");
    world.end(running).fails_with("interrupt");
    assert!(!world.is_tainted("azureai_public_network_access.hub"));
    world.cloud.hold(false);
    world.apply().succeeds();
    world.plan().is_quiet();
    assert_eq!(patches(), 1, "nothing was written a second time");
    world.destroy().destroys(1);
    let workspace = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    assert_eq!(workspace["properties"]["publicNetworkAccess"], "Enabled", "as it was before");
}

/// ARM may hide for a while what it creates. Terraform then drops the object from the state, but
/// the journal keeps its entry.
#[test]
fn an_object_that_azure_hides_for_a_while_is_resumed() {
    let world = slow();
    let hidden = Fault::new(FaultKind::HideAfterCreate { reads: 2 });
    world.cloud.fault(hidden.method("PUT").path("privateEndpoints/pe-hub"));
    interrupted(&world, |running| running.signal("INT")).fails_with("interrupt");
    world.cloud.hold(false);
    world.apply().creates(1).warns("was created by an earlier run");
    world.plan().is_quiet();
}
