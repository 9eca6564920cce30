//! Acceptance tests of new objects: the state has every object that this configuration created,
//! whatever goes wrong, and no error takes it for another client's.

use emulator::{Fault, FaultKind};

use crate::ownership::Interruption;
use crate::theirs::{Creation, Kind, faults, keys};

/// Asserts that created objects stay in the state after each kind of fault.
fn stay_in_the_state(kind: Kind) {
    let creation = Creation::of_new(kind, &keys(kind));
    let world = &creation.world;
    for (key, fault) in faults(kind) {
        fault.into_iter().for_each(|fault| creation.add_fault(key, fault));
    }
    let outcome = world.apply();
    let broken = |key: &&&str| **key == "broken";
    let wrong: Vec<_> = creation
        .keys
        .iter()
        .filter(|key| !broken(key))
        .map(|key| (kind.address(key), world.instance(&kind.address(key))))
        .filter(|(_, instance)| instance.is_null() || instance["status"] == "tainted")
        .map(|(address, instance)| format!("{address}: {}", instance["status"]))
        .collect();
    assert!(wrong.is_empty(), "missing or tainted: {wrong:#?}");
    let mut replaced = 0;
    if kind == Kind::Record {
        outcome.creates(creation.keys.len());
    } else {
        outcome.fails_with("The fabric broke.").keeps_quiet_about("already exists");
        // Azure keeps an object whose creation failed, except in private DNS.
        replaced = usize::from(kind == Kind::Endpoint);
        assert_eq!(world.is_tainted(&kind.address("broken")), replaced == 1);
        assert_eq!(world.instances().len(), creation.keys.len() - 1 + replaced);
    }
    world.cloud.forget_faults();
    world.apply().replaces(replaced).keeps_quiet_about("already exists");
    world.plan().is_quiet();
    world.destroy().destroys(creation.keys.len());
}

#[test]
fn created_zones_stay_in_the_state() {
    stay_in_the_state(Kind::Zone);
}

#[test]
fn created_links_stay_in_the_state() {
    stay_in_the_state(Kind::Link);
}

#[test]
fn created_records_stay_in_the_state() {
    stay_in_the_state(Kind::Record);
}

#[test]
fn created_endpoints_stay_in_the_state() {
    stay_in_the_state(Kind::Endpoint);
}

const SLOW: [Kind; 3] = [Kind::Zone, Kind::Link, Kind::Endpoint];

/// Returns the numbers of writes and deletes of the object.
fn writes(creation: &Creation) -> (usize, usize) {
    let path = creation.world.cloud.id(&creation.kind.path("it"));
    let requests = creation.world.cloud.requests();
    let count =
        |method: &str| requests.iter().filter(|it| it.method == method && it.path == path).count();
    (count("PUT"), count("DELETE"))
}

/// Azure refuses the polls. Only this run can have created the object, and reading it shows that it
/// is complete.
#[test]
fn refused_polls_do_not_taint_the_object() {
    for kind in SLOW {
        let creation = Creation::of_new(kind, &["it"]);
        Interruption::PollsRefused.during_apply(&creation).creates(1);
        assert!(!creation.world.is_tainted(&kind.address("it")), "{kind:?}");
        creation.world.plan().is_quiet();
        assert_eq!(writes(&creation), (1, 0), "{kind:?}");
        creation.world.destroy().destroys(1);
    }
}

#[test]
fn a_timeout_does_not_taint_the_object() {
    for kind in SLOW {
        let creation = Creation::of_new(kind, &["it"]);
        Interruption::Timeout.during_apply(&creation).warns_somehow().says("is in the state");
        assert!(!creation.world.is_tainted(&kind.address("it")), "{kind:?}");
        creation.world.apply().replaces(0).keeps_quiet_about("already exists");
        creation.world.plan().is_quiet();
        assert_eq!(writes(&creation), (1, 0), "{kind:?}");
        creation.world.destroy().destroys(1);
    }
}

#[test]
fn an_interrupt_does_not_taint_the_object() {
    for kind in SLOW {
        let creation = Creation::of_new(kind, &["it"]);
        Interruption::CtrlC.during_apply(&creation).fails_with("interrupt");
        assert!(!creation.world.is_tainted(&kind.address("it")), "{kind:?}");
        creation.world.apply().replaces(0).keeps_quiet_about("already exists");
        creation.world.plan().is_quiet();
        assert_eq!(writes(&creation), (1, 0), "{kind:?}");
    }
}

/// The next apply waits for the operation of the killed run, even if Azure does not show the object
/// yet.
#[test]
fn the_run_after_a_kill_resumes_the_operation() {
    for (kind, reads) in SLOW.into_iter().flat_map(|kind| [(kind, 0), (kind, 3)]) {
        let creation = Creation::of_new(kind, &["it"]);
        let (world, cloud) = (&creation.world, &creation.world.cloud);
        creation.add_fault("it", Fault::new(FaultKind::HideAfterCreate { reads }));
        cloud.hold(true);
        let apply = ["apply", "-input=false", "-auto-approve"];
        let mut running = world.start(&apply);
        running.wait_until("Azure works", || creation.is_polled("it"));
        running.signal("KILL");
        drop(world.end(running));
        assert!(world.instances().is_empty());

        let before = cloud.requests().len();
        let mut running = world.start(&apply);
        let path = cloud.id(&kind.path("it"));
        running.wait_until("it asks again and again", || {
            let requests = cloud.requests().split_off(before);
            let about_it = |it: &&emulator::Request| {
                it.path == path || it.path.contains(kind.operation_path())
            };
            requests.iter().filter(about_it).count() > 4
        });
        cloud.hold(false);
        world.end(running).creates(1).replaces(0).warns("was created by an earlier run");
        world.plan().is_quiet();
        assert_eq!(writes(&creation), (1, 0), "{kind:?}, {reads}");
        world.destroy().destroys(1);
    }
}
