//! Every attribute updates or replaces as the documentation says, and the next plan is empty.

mod access;
mod dns;
mod endpoint;

use crate::world::World;

/// What a change of an attribute does.
#[derive(Debug, Clone, Copy)]
enum Does {
    Update,
    Replace,
    /// Replaces, as the plan tells; Azure (or the emulator) has no place to put the new one.
    PlanReplace,
}
use Does::{PlanReplace, Replace, Update};

/// The attribute, a piece of the base configuration, what stands there first, and what then.
type Change = (&'static str, &'static str, &'static str, &'static str, Does);

/// A subscription that the emulator does not have.
const OTHER_SUBSCRIPTION: &str = "subscription_id = \"11111111-2222-3333-4444-555555555555\"";

/// Where a change writes what the base configuration leaves out.
const HERE: &str = "# here";

fn each_works(world: &World, base: &str, changes: &[Change]) {
    assert_eq!(
        base.matches(HERE).count(),
        1,
        "the base has one place for more"
    );
    for (attribute, place, from, to, does) in changes {
        assert!(base.contains(place), "{attribute}: the base has no {place}");
        world.config(&base.replace(place, from));
        world.apply().succeeds();
        world.config(&base.replace(place, to));
        let word = attribute.rsplit('.').next().unwrap();
        match does {
            Update => world.apply().replaces(0).updates(1).says(word),
            Replace => world.apply().updates(0).replaces(1).says(word),
            PlanReplace => {
                world
                    .plan()
                    .replaces(1)
                    .says(word)
                    .says("forces replacement");
                continue;
            }
        };
        world.plan().is_quiet();
    }
}
