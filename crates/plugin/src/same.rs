//! Sameness: which values say the same, and which element of a set is which.

use crate::schema::{Block, Nested, Nesting};
use crate::value::Value;

/// Null, and an empty text, list, set or map, say the same.
pub(crate) fn both_nothing(left: &Value, right: &Value) -> bool {
    let nothing = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(elements) => elements.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    };
    nothing(left) && nothing(right)
}

/// Whether an element of a set is the one that was there before: all that is given means the same,
/// in the blocks inside it as well. What the service chooses does not count as long as it is not
/// given.
fn agrees(block: &Block, prior: &Value, given: &Value) -> bool {
    let attributes = block.attributes.iter().all(|attribute| {
        let given = given.get(attribute.name());
        let chosen = attribute.is_computed() && matches!(given, Value::Null | Value::Unknown);
        chosen || attribute.write_only || attribute.same(prior.get(attribute.name()), given)
    });
    let nested = |it: &Nested| nested_agrees(it, prior.get(it.name()), given.get(it.name()));
    attributes && block.blocks.iter().all(nested)
}

fn nested_agrees(nested: &Nested, prior: &Value, given: &Value) -> bool {
    match (prior, given) {
        (Value::List(priors), Value::List(given)) if priors.len() == given.len() => {
            match nested.nesting {
                Nesting::Set => pairs(&nested.block, priors, given).iter().all(Option::is_some),
                Nesting::List | Nesting::Single => {
                    priors.iter().zip(given).all(|(prior, it)| agrees(&nested.block, prior, it))
                }
            }
        }
        (Value::Map(_), Value::Map(_)) => agrees(&nested.block, prior, given),
        _ => prior == given,
    }
}

/// For each element of a set that is given, the index of the prior element that it is. No prior
/// element is two: of those that fit the same ones, the one that fits fewest comes first, which is
/// the one that leaves least to the service.
pub(crate) fn pairs(block: &Block, priors: &[Value], given: &[Value]) -> Vec<Option<usize>> {
    let fitting = |it: &Value| -> Vec<usize> {
        (0..priors.len()).filter(|prior| agrees(block, &priors[*prior], it)).collect()
    };
    let candidates: Vec<Vec<usize>> = given.iter().map(fitting).collect();
    let mut order: Vec<usize> = (0..given.len()).collect();
    order.sort_by_key(|index| candidates[*index].len());
    let mut taken = vec![false; priors.len()];
    let mut pairs = vec![None; given.len()];
    for index in order {
        pairs[index] = candidates[index].iter().copied().find(|prior| !taken[*prior]);
        if let Some(prior) = pairs[index] {
            taken[prior] = true;
        }
    }
    pairs
}
