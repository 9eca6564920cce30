//! Results: how what the service answers becomes the state that Terraform keeps.
//!
//! After apply, planned values win, because Terraform demands them back as planned. After a read,
//! the spelling of the state wins where the service says the same thing otherwise: another case,
//! another order, empty instead of absent.

use crate::plan::agrees;
use crate::schema::{Attribute, Block, Nested, Nesting};
use crate::value::Value;

/// The state after a create or an update: planned where planned, else what the service answered,
/// else null.
pub fn applied(block: &Block, planned: &Value, actual: &Value) -> Value {
    combine(block, planned, actual, &|_, planned, actual| {
        if planned.has_unknown() {
            actual.clone().without_unknown()
        } else {
            planned.clone()
        }
    })
}

/// The state after a read: as the service says, in the state's spelling.
pub fn refreshed(block: &Block, state: &Value, actual: &Value) -> Value {
    combine(block, state, actual, &|attribute, state, actual| {
        let unchanged = attribute.same(state, actual) || both_nothing(state, actual);
        if unchanged {
            state.clone()
        } else {
            actual.clone()
        }
    })
}

/// Null, and an empty text, list, set or map, say the same.
fn both_nothing(left: &Value, right: &Value) -> bool {
    let nothing = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(elements) => elements.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    };
    nothing(left) && nothing(right)
}

type Choice<'a> = &'a dyn Fn(&Attribute, &Value, &Value) -> Value;

fn combine(block: &Block, known: &Value, actual: &Value, choose: Choice<'_>) -> Value {
    let attributes = block.attributes.iter().map(|attribute| {
        let name = attribute.name();
        (name, choose(attribute, known.get(name), actual.get(name)))
    });
    let blocks = block.blocks.iter().map(|nested| {
        let name = nested.name();
        (
            name,
            combine_nested(nested, known.get(name), actual.get(name), choose),
        )
    });
    Value::map(attributes.chain(blocks))
}

fn combine_nested(nested: &Nested, known: &Value, actual: &Value, choose: Choice<'_>) -> Value {
    let elements = match actual {
        Value::List(elements) => elements,
        Value::Map(_) if known.as_map().is_some() => {
            return combine(&nested.block, known, actual, choose);
        }
        Value::Unknown => return nested.absent(),
        other => return other.clone(),
    };
    let candidates = known.as_list().unwrap_or_default();
    let combined = elements.iter().enumerate().map(|(index, element)| {
        let known = match nested.nesting {
            Nesting::Set => candidates
                .iter()
                .find(|known| agrees(&nested.block, element, known)),
            Nesting::List | Nesting::Single => candidates.get(index),
        };
        match known {
            Some(known) => combine(&nested.block, known, element, choose),
            None => element.clone(),
        }
    });
    match nested.nesting {
        Nesting::Set => Value::set(combined.collect()),
        Nesting::List | Nesting::Single => Value::List(combined.collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Computed, OptionalComputed};
    use crate::model::{Blocks, Model};
    use std::collections::BTreeMap;

    fn same_ignoring_case(left: &Value, right: &Value) -> bool {
        matches!((left.as_str(), right.as_str()), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
    }

    /// A thing.
    #[derive(Model)]
    struct Thing {
        /// Name.
        #[tf(same = same_ignoring_case)]
        name: String,
        /// Place.
        place: OptionalComputed<String>,
        /// Labels.
        tags: Option<BTreeMap<String, String>>,
        /// Parts.
        part: Blocks<Part>,
    }

    /// A part.
    #[derive(Model)]
    struct Part {
        /// State.
        state: Computed<String>,
    }

    fn thing(name: &str, place: Value, tags: Value, state: Value) -> Value {
        let part = Value::map([("state", state)]);
        Value::map([
            ("name", name.into()),
            ("place", place),
            ("tags", tags),
            ("part", Value::List(vec![part])),
        ])
    }

    #[test]
    fn apply_returns_the_plan_with_the_gaps_filled() {
        let planned = thing("a", Value::Unknown, Value::Null, Value::Unknown);
        let actual = thing("A", "here".into(), Value::map([]), "on".into());
        let expected = thing("a", "here".into(), Value::Null, "on".into());
        assert_eq!(applied(&Thing::block(), &planned, &actual), expected);
    }

    #[test]
    fn a_half_made_object_has_nulls_for_what_is_not_known() {
        let planned = thing("a", Value::Unknown, Value::Null, Value::Unknown);
        let expected = thing("a", Value::Null, Value::Null, Value::Null);
        assert_eq!(applied(&Thing::block(), &planned, &planned), expected);
    }

    #[test]
    fn a_read_keeps_the_spelling_and_tells_what_has_changed() {
        let check = |state: Value, actual: Value, expected: Value| {
            assert_eq!(refreshed(&Thing::block(), &state, &actual), expected);
        };
        let labels = || Value::map([("x", "y".into())]);
        let state = thing("a", "here".into(), Value::Null, "on".into());
        check(
            state.clone(),
            thing("A", "here".into(), Value::map([]), "on".into()),
            state.clone(),
        );
        let moved = thing("b", "there".into(), labels(), "off".into());
        check(state, moved.clone(), moved);
        let empty = thing("a", "here".into(), Value::map([]), "on".into());
        check(
            empty.clone(),
            thing("a", "here".into(), Value::Null, "on".into()),
            empty,
        );
    }
}
