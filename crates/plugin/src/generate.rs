//! Generates configuration from a state, for existing objects without configuration.

use crate::schema::{Attribute, Block, Nested, Presence};
use crate::value::Value;

/// Returns the configuration of an object with this state: the arguments, except those with default
/// or empty values.
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

/// Returns `true` if a value is empty, which equals an omitted argument.
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
