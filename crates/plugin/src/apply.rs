//! Results: turns the values of the service into the state that Terraform stores.
//!
//! After an apply, planned values take precedence, because Terraform requires the planned values.
//! After a read, the state's spelling takes precedence if the service returns an equal value in
//! another form: another letter case, another order, or empty instead of absent.

use crate::same::{both_nothing, partners};
use crate::schema::{Attribute, Block, Nested, Nesting};
use crate::value::Value;

/// Returns the state after a create or an update: the planned values, the service's values for
/// unknown ones, or null. Keeps the planned number of blocks, because Terraform requires it.
pub fn applied(block: &Block, planned: &Value, actual: &Value) -> Value {
    let choice = |_: &Attribute, planned: &Value, actual: &Value| {
        if planned.has_unknown() { actual.clone().without_unknown() } else { planned.clone() }
    };
    combine(block, planned, actual, &Rule { choose: &choice, blocks: Blocks::AsKnown })
}

/// Returns the state after a read: the service's values, in the state's spelling where they are
/// equal.
pub fn refreshed(block: &Block, state: &Value, actual: &Value) -> Value {
    let choice = |attribute: &Attribute, state: &Value, actual: &Value| {
        let unchanged = attribute.same(state, actual) || both_nothing(state, actual);
        match (if unchanged { state } else { actual }, &attribute.facts.default) {
            // An attribute with an empty default is never null, because a configuration without it
            // plans the default.
            (Value::Null, Some(default)) if both_nothing(default, &Value::Null) => default.clone(),
            (value, _) => value.clone(),
        }
    };
    combine(block, state, actual, &Rule { choose: &choice, blocks: Blocks::AsActual })
}

/// Source of the blocks: the known value or the service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blocks {
    AsKnown,
    AsActual,
}

/// Rule that combines a known value with the service's value.
struct Rule<'a> {
    choose: &'a dyn Fn(&Attribute, &Value, &Value) -> Value,
    blocks: Blocks,
}

fn combine(block: &Block, known: &Value, actual: &Value, rule: &Rule<'_>) -> Value {
    let attributes = block.attributes.iter().map(|attribute| {
        let name = attribute.name();
        (name, (rule.choose)(attribute, known.get(name), actual.get(name)))
    });
    let blocks = block.blocks.iter().map(|nested| {
        let name = nested.name();
        (name, combine_nested(nested, known.get(name), actual.get(name), rule))
    });
    Value::map(attributes.chain(blocks))
}

fn combine_nested(nested: &Nested, known: &Value, actual: &Value, rule: &Rule<'_>) -> Value {
    let leading = if rule.blocks == Blocks::AsKnown { known } else { actual };
    let (leading, following) = match (leading, known, actual) {
        (Value::List(_), Value::List(known), Value::List(actual)) => match rule.blocks {
            Blocks::AsKnown => (known.as_slice(), actual.as_slice()),
            Blocks::AsActual => (actual.as_slice(), known.as_slice()),
        },
        (Value::List(leading), ..) => (leading.as_slice(), [].as_slice()),
        (Value::Map(_), ..) => return combine(&nested.block, known, actual, rule),
        (Value::Unknown, ..) => return nested.absent(),
        (other, ..) => return other.clone(),
    };
    let partners = match rule.blocks {
        Blocks::AsKnown => partners(nested, following, leading),
        Blocks::AsActual => inverse(&partners(nested, leading, following), leading.len()),
    };
    let mut combined: Vec<_> = leading
        .iter()
        .zip(partners)
        .map(|(leading, partner)| {
            let following = partner.and_then(|index| following.get(index)).unwrap_or(&Value::Null);
            let combined = match rule.blocks {
                Blocks::AsKnown => combine(&nested.block, leading, following, rule),
                Blocks::AsActual => combine(&nested.block, following, leading, rule),
            };
            (partner, combined)
        })
        .collect();
    if nested.facts.key.is_some() && rule.blocks == Blocks::AsActual {
        // The order has no meaning: keep the order of the state and append new blocks.
        combined.sort_by_key(|(known, _)| known.unwrap_or(usize::MAX));
    }
    let combined = combined.into_iter().map(|(_, combined)| combined).collect();
    match nested.nesting {
        Nesting::Set => Value::set(combined),
        Nesting::List | Nesting::Single => Value::List(combined),
    }
}

/// Inverts a pairing. `many` is the number of elements on the other side.
fn inverse(pairs: &[Option<usize>], many: usize) -> Vec<Option<usize>> {
    let mut inverse = vec![None; many];
    for (index, partner) in pairs.iter().enumerate() {
        if let Some(place) = partner.and_then(|partner| inverse.get_mut(partner)) {
            *place = Some(index);
        }
    }
    inverse
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
    fn apply_fills_the_unknown_values_of_the_plan() {
        let planned = thing("a", Value::Unknown, Value::Null, Value::Unknown);
        let actual = thing("A", "here".into(), Value::map([]), "on".into());
        let expected = thing("a", "here".into(), Value::Null, "on".into());
        assert_eq!(applied(&Thing::block(), &planned, &actual), expected);
    }

    #[test]
    fn unknown_values_of_a_partial_object_are_null() {
        let planned = thing("a", Value::Unknown, Value::Null, Value::Unknown);
        let expected = thing("a", Value::Null, Value::Null, Value::Null);
        assert_eq!(applied(&Thing::block(), &planned, &planned), expected);
    }

    #[test]
    fn apply_returns_as_many_blocks_as_planned() {
        let planned = thing("a", "here".into(), Value::Null, Value::Unknown);
        let mut actual = thing("a", "here".into(), Value::Null, "on".into());
        actual.set_entry("part", Value::List(Vec::new()));
        let expected = thing("a", "here".into(), Value::Null, Value::Null);
        assert_eq!(applied(&Thing::block(), &planned, &actual), expected);
        let mut none = planned;
        none.set_entry("part", Value::List(Vec::new()));
        let more = thing("a", "here".into(), Value::Null, "on".into());
        assert_eq!(applied(&Thing::block(), &none, &more), none);
    }

    #[test]
    fn a_read_keeps_the_spelling_of_equal_values() {
        let check = |state: Value, actual: Value, expected: Value| {
            assert_eq!(refreshed(&Thing::block(), &state, &actual), expected);
        };
        let labels = || Value::map([("x", "y".into())]);
        let state = thing("a", "here".into(), Value::Null, "on".into());
        check(state.clone(), thing("A", "here".into(), Value::map([]), "on".into()), state.clone());
        let moved = thing("b", "there".into(), labels(), "off".into());
        check(state, moved.clone(), moved);
        let empty = thing("a", "here".into(), Value::map([]), "on".into());
        check(empty.clone(), thing("a", "here".into(), Value::Null, "on".into()), empty);
    }

    /// Something.
    #[derive(Model)]
    struct Outer {
        /// Insides.
        inside: Blocks<Inside>,
    }

    /// An inside.
    #[derive(Model)]
    struct Inside {
        /// Names.
        names: Option<Vec<String>>,
    }

    #[test]
    fn an_import_has_nulls_for_empty_values() {
        let outer = |insides| Value::map([("inside", Value::List(insides))]);
        let inside = |names| Value::map([("names", names)]);
        let check = |state: Value, names: Value, expected: Value| {
            let found = refreshed(&Outer::block(), &state, &outer(vec![inside(names)]));
            assert_eq!(found, outer(vec![inside(expected)]));
        };
        let (empty, some) = (Value::List(Vec::new()), Value::List(vec!["a".into()]));
        for nothing in [Value::Null, outer(Vec::new()), Value::map([("inside", Value::Null)])] {
            check(nothing.clone(), empty.clone(), Value::Null);
            check(nothing, some.clone(), some.clone());
        }
        check(outer(vec![inside(empty.clone())]), empty.clone(), empty);
    }
}
