//! Configuration out of a state, for objects that exist and have none yet.

use crate::schema::{Attribute, Block, Nested, Presence};
use crate::value::Value;

/// What a configuration would say of an object with that state: what can be written, without what
/// holds anyway.
pub fn generate(block: &Block, state: &Value) -> Value {
    let attributes = block.attributes.iter().map(|it| (it.name(), written(it, state)));
    let blocks = block.blocks.iter().map(|it| (it.name(), written_blocks(it, state)));
    Value::map(attributes.chain(blocks))
}

fn written(attribute: &Attribute, state: &Value) -> Value {
    let value = state.get(attribute.name());
    let required = attribute.presence == Presence::Required;
    let settable = attribute.presence != Presence::Computed && attribute.facts.deprecated.is_none();
    let default = attribute.facts.default.as_ref() == Some(value);
    if required || settable && !default && !says_nothing(value) {
        value.clone()
    } else {
        Value::Null
    }
}

/// Whether a value means the same as none.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::List(elements) => elements.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

fn written_blocks(nested: &Nested, state: &Value) -> Value {
    match state.get(nested.name()) {
        Value::List(elements) => {
            Value::List(elements.iter().map(|it| generate(&nested.block, it)).collect())
        }
        single @ Value::Map(_) => generate(&nested.block, single),
        _ => nested.absent(),
    }
}
