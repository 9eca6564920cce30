//! The other half of ownership: when nothing was there before, nothing that this configuration has
//! made is forgotten, or taken for somebody else's.

use emulator::{Fault, FaultKind};

use crate::ownership::Trouble;
use crate::theirs::{Kind, Story, faults, keys};

/// Each kind of fault meets one of the requests that make ours.
fn is_never_forgotten(kind: Kind) {
    let story = Story::of_nothing(kind, &keys(kind));
    let world = &story.world;
    for (key, fault) in faults(kind) {
        fault.into_iter().for_each(|fault| story.order(key, fault));
    }
    let outcome = world.apply();
    let broken = |key: &&&str| **key == "broken";
    let wrong: Vec<_> = story
        .keys
        .iter()
        .filter(|key| !broken(key))
        .map(|key| (kind.address(key), world.instance(&kind.address(key))))
        .filter(|(_, instance)| instance.is_null() || instance["status"] == "tainted")
        .map(|(address, instance)| format!("{address}: {}", instance["status"]))
        .collect();
    assert!(wrong.is_empty(), "missing or tainted: {wrong:#?}");
    let mut remade = 0;
    if kind == Kind::Record {
        outcome.creates(story.keys.len());
    } else {
        outcome.fails_with("The fabric broke.").keeps_quiet_about("already exists");
        // What Azure has failed to make is there all the same, but not in private DNS.
        remade = usize::from(kind == Kind::Endpoint);
        assert_eq!(world.is_tainted(&kind.address("broken")), remade == 1);
        assert_eq!(world.instances().len(), story.keys.len() - 1 + remade);
    }
    world.cloud.forget_faults();
    world.apply().replaces(remade).keeps_quiet_about("already exists");
    world.plan().is_quiet();
    world.destroy().destroys(story.keys.len());
}

#[test]
fn zones() {
    is_never_forgotten(Kind::Zone);
}

#[test]
fn links() {
    is_never_forgotten(Kind::Link);
}

#[test]
fn records() {
    is_never_forgotten(Kind::Record);
}

#[test]
fn endpoints() {
    is_never_forgotten(Kind::Endpoint);
}

const SLOW: [Kind; 3] = [Kind::Zone, Kind::Link, Kind::Endpoint];

/// How often the object was written, and how often deleted.
fn writes(story: &Story) -> (usize, usize) {
    let path = story.world.cloud.id(&story.kind.path("it"));
    let requests = story.world.cloud.requests();
    let count =
        |method: &str| requests.iter().filter(|it| it.method == method && it.path == path).count();
    (count("PUT"), count("DELETE"))
}

/// What Azure has accepted and nobody else can have made is ours, and whole: the object itself
/// tells what its operation does not.
#[test]
fn polls_that_are_refused() {
    for kind in SLOW {
        let story = Story::of_nothing(kind, &["it"]);
        Trouble::PollsRefused.befalls(&story).creates(1);
        assert!(!story.world.is_tainted(&kind.address("it")), "{kind:?}");
        story.world.plan().is_quiet();
        assert_eq!(writes(&story), (1, 0), "{kind:?}");
        story.world.destroy().destroys(1);
    }
}

#[test]
fn a_time_that_is_over() {
    for kind in SLOW {
        let story = Story::of_nothing(kind, &["it"]);
        Trouble::TimeOver.befalls(&story).warns_somehow().says("is in the state");
        assert!(!story.world.is_tainted(&kind.address("it")), "{kind:?}");
        story.world.apply().replaces(0).keeps_quiet_about("already exists");
        story.world.plan().is_quiet();
        assert_eq!(writes(&story), (1, 0), "{kind:?}");
        story.world.destroy().destroys(1);
    }
}

#[test]
fn an_interrupt() {
    for kind in SLOW {
        let story = Story::of_nothing(kind, &["it"]);
        Trouble::CtrlC.befalls(&story).fails_with("interrupt");
        assert!(!story.world.is_tainted(&kind.address("it")), "{kind:?}");
        story.world.apply().replaces(0).keeps_quiet_about("already exists");
        story.world.plan().is_quiet();
        assert_eq!(writes(&story), (1, 0), "{kind:?}");
    }
}

/// The next apply waits for what the killed run has asked for, and takes it up, even if Azure does
/// not show yet what it is making.
#[test]
fn a_run_that_is_killed() {
    for (kind, reads) in SLOW.into_iter().flat_map(|kind| [(kind, 0), (kind, 3)]) {
        let story = Story::of_nothing(kind, &["it"]);
        let (world, cloud) = (&story.world, &story.world.cloud);
        story.order("it", Fault::new(FaultKind::HideAfterCreate { reads }));
        cloud.hold(true);
        let apply = ["apply", "-input=false", "-auto-approve"];
        let mut running = world.start(&apply);
        running.wait_until("Azure works", || story.is_under_way("it"));
        running.signal("KILL");
        drop(world.end(running));
        assert!(world.instances().is_empty());

        let before = cloud.requests().len();
        let mut running = world.start(&apply);
        let path = cloud.id(&kind.path("it"));
        running.wait_until("it asks again and again", || {
            let requests = cloud.requests().split_off(before);
            let about_it =
                |it: &&emulator::Request| it.path == path || it.path.contains(kind.polls());
            requests.iter().filter(about_it).count() > 4
        });
        cloud.hold(false);
        world.end(running).creates(1).replaces(0).warns("was created by an earlier run");
        world.plan().is_quiet();
        assert_eq!(writes(&story), (1, 0), "{kind:?}, {reads}");
        world.destroy().destroys(1);
    }
}
