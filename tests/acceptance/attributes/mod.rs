//! Every attribute updates or replaces as the documentation says, and the next plan is empty.

mod access;
mod dns;
mod endpoint;
mod foundry;
mod workspace;

use crate::cases::{Case, cases};
use crate::world::World;

/// Where a change writes what the base configuration leaves out.
const HERE: &str = "# here";

/// Each case names an attribute after what its change does: `update`, `replace`, or `plan` for a
/// replacement that is only planned, because Azure has no place for it here. At a piece of the base
/// (`place`, else the comment `# here`) stands first one text (`from`), then another (`to`).
pub fn each_works(world: &World, base: &str, table: &str) {
    for case in cases(table) {
        let place = case.get("place");
        let from = case.get("from").or_else(|| place.clone()).unwrap_or_default();
        let place = place.unwrap_or_else(|| HERE.to_owned());
        assert_eq!(base.matches(&place).count(), 1, "{place} stands once in the base");
        world.config(&base.replace(&place, &from));
        world.apply().succeeds();
        world.config(&base.replace(&place, &case.get("to").unwrap_or_default()));
        does_what_it_says(world, &case);
    }
}

fn does_what_it_says(world: &World, case: &Case<'_>) {
    if let Some(attribute) = case.get("plan") {
        world.plan().replaces(1).says(&attribute).says("forces replacement");
        return;
    }
    if let Some(attribute) = case.get("update") {
        world.apply().replaces(0).updates(1).says(&attribute);
    } else {
        world.apply().updates(0).replaces(1).says(&case.need("replace"));
    }
    world.plan().is_quiet();
}
