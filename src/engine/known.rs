//! Known values of an object before its creation.

use plugin::prelude::*;

/// Placeholder for an unknown text. No name contains this character.
pub const UNKNOWN: &str = "\0";

/// Returns the planned object, with [`UNKNOWN`] for texts that are unknown.
pub fn known<M: Model>(change: &Change<'_>) -> Option<M> {
    let mut model = (*change.planned).clone().without_unknown();
    let block = M::block();
    let open = block.attributes.iter().filter(|it| it.ty == Type::String);
    for name in open.map(|attribute| attribute.name()) {
        if *change.config.get(name) == Value::Unknown {
            model.set_entry(name, UNKNOWN.into());
        }
    }
    model.as_map()?;
    M::decode(block.filled(&model)).ok()
}
