//! Ctrl-C and its relatives: nothing that Azure has begun to make is forgotten.

use emulator::{Fault, FaultKind};
use serde_json::json;

use crate::outcome::Outcome;
use crate::pieces;
use crate::resumptions::flag;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";
const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// A world in which Azure begins to make an endpoint, but is never done with it.
fn slow() -> World {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.cloud.hold(true);
    world
}

/// Begins the apply, and goes on to `interrupt` when Azure has begun to make the endpoint.
fn interrupted(world: &World, interrupt: impl Fn(&crate::process::Running)) -> Outcome {
    let mut running = world.start(&APPLY);
    running
        .wait_until("Azure begins to make the endpoint", || world.cloud.has(pieces::ENDPOINT_PATH));
    interrupt(&running);
    world.end(running)
}

/// The endpoint is on record as it is, and when Azure is done after all, nothing is left to do.
fn is_on_record_and_converges(world: &World) {
    assert_eq!(world.attribute(ENDPOINT, "id"), world.cloud.id(pieces::ENDPOINT_PATH).as_str());
    assert_eq!(world.attribute(ENDPOINT, "provisioning_state"), "Updating");
    assert!(!world.is_tainted(ENDPOINT));
    world.cloud.hold(false);
    world.plan().is_quiet();
    world.apply().succeeds();
    assert_eq!(world.attribute(ENDPOINT, "provisioning_state"), "Succeeded");
}

#[test]
fn ctrl_c_in_the_terminal() {
    let world = slow();
    let outcome = interrupted(&world, |running| running.signal("INT"));
    outcome.fails_with("interrupt").keeps_quiet_about("did not respond");
    is_on_record_and_converges(&world);
}

#[test]
fn a_runner_that_ends_the_whole_group() {
    let world = slow();
    let outcome = interrupted(&world, |running| running.signal("TERM"));
    outcome.fails_with("interrupt").keeps_quiet_about("did not respond");
    is_on_record_and_converges(&world);
}

#[test]
fn a_runner_that_ends_terraform_alone() {
    let world = slow();
    let outcome = interrupted(&world, |running| running.signal_alone("TERM"));
    outcome.fails_with("interrupt").keeps_quiet_about("did not respond");
    is_on_record_and_converges(&world);
}

/// What the interrupted run did not come to, the next one makes.
#[test]
fn what_was_not_begun_is_made_by_the_next_apply() {
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

/// What Azure then fails to make is repaired where it is.
#[test]
fn what_fails_after_the_interruption_is_repaired() {
    let world = slow();
    interrupted(&world, |running| running.signal("INT")).fails_with("interrupt");
    let failed = json!({"properties": {"provisioningState": "Failed"}});
    world.cloud.hold(false);
    world.cloud.patch(pieces::ENDPOINT_PATH, &failed);
    world.apply().updates(1);
    world.plan().is_quiet();
}

/// Replaced, it would be switched on for a moment, as it was before, and then off again.
#[test]
fn a_flag_that_is_being_switched_off_is_not_switched_on_again() {
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

/// ARM may hide for a while what it makes. Terraform then forgets it, and the note does not.
#[test]
fn what_azure_hides_for_a_while_is_taken_up_again() {
    let world = slow();
    let hidden = Fault::new(FaultKind::HideAfterCreate { reads: 2 });
    world.cloud.fault(hidden.method("PUT").path("privateEndpoints/pe-hub"));
    interrupted(&world, |running| running.signal("INT")).fails_with("interrupt");
    world.cloud.hold(false);
    world.apply().creates(1).warns("was created by an earlier run");
    world.plan().is_quiet();
}
