//! What is known of an object before it is made.

use plugin::prelude::*;

/// What stands for a text that is not known yet: no name has such a character.
pub const UNKNOWN: &str = "\0";

/// The object that a change plans, as far as it is known.
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
