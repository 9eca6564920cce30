//! Ctrl-C and its relatives: nothing that Azure has begun to make is forgotten.

use crate::outcome::Outcome;
use crate::pieces;
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

/// The endpoint is on record, and when Azure is done after all, the next apply ends well.
fn is_on_record_and_converges(world: &World) {
    assert_eq!(world.attribute(ENDPOINT, "id"), world.cloud.id(pieces::ENDPOINT_PATH).as_str());
    assert!(world.is_tainted(ENDPOINT));
    world.cloud.hold(false);
    world.apply().replaces(1);
    world.plan().is_quiet();
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
