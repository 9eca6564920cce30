//! Every attribute updates or replaces as documented, and the next plan has no changes.

mod access;
mod dns;
mod endpoint;
mod foundry;
mod workspace;

use crate::cases::{Case, cases};
use crate::world::World;

/// Comment that a case replaces if the base configuration does not set the attribute.
const HERE: &str = "# here";

/// Asserts that every case of a table changes an attribute as documented. A case names the
/// attribute after the effect of the change: `update`, `replace`, or `plan` for a replacement that
/// is only planned, because its target does not exist in the emulator. The case replaces a part of
/// the base (`place`, or else the comment `# here`), first by `from` and then by `to`.
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
