//! Sameness: which values say the same, and which element of a set is which.

use crate::schema::{Block, Nested, Nesting, Presence};
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
        let chosen = attribute.is_computed() && !given.is_given();
        chosen || attribute.write_only || attribute.same(prior.get(attribute.name()), given)
    });
    let nested = |it: &Nested| nested_agrees(it, prior.get(it.name()), given.get(it.name()));
    attributes && block.blocks.iter().all(nested)
}

fn nested_agrees(nested: &Nested, prior: &Value, given: &Value) -> bool {
    match (prior, given) {
        (Value::List(priors), Value::List(given)) if priors.len() == given.len() => {
            let paired = partners(nested, priors, given).into_iter().zip(given);
            paired.into_iter().all(|(prior, it)| {
                prior.is_some_and(|prior| agrees(&nested.block, &priors[prior], it))
            })
        }
        (Value::Map(_), Value::Map(_)) => agrees(&nested.block, prior, given),
        _ => prior == given,
    }
}

/// Whether two lists of objects that are written as blocks say the same. Null is the default; what
/// the service says says nothing here, also where a generated configuration repeats it.
pub(crate) fn blocks(block: &Block, left: &Value, right: &Value) -> bool {
    let (Value::List(left), Value::List(right)) = (left, right) else { return false };
    let same = |(left, right): (&Value, &Value)| {
        block.attributes.iter().all(|attribute| {
            let settled = |value: &Value| match (value.get(attribute.name()), &attribute.facts) {
                (Value::Null, facts) => facts.default.clone().unwrap_or(Value::Null),
                (value, _) => value.clone(),
            };
            let (left, right) = (settled(left), settled(right));
            attribute.presence == Presence::Computed
                || attribute.same(&left, &right)
                || both_nothing(&left, &right)
        })
    };
    left.len() == right.len() && left.iter().zip(right).all(same)
}

/// For each block that is given, the index of the prior block that it is: in a set by what is
/// given, in a list by the attribute that tells them apart, or by place where none does.
pub(crate) fn partners(nested: &Nested, priors: &[Value], given: &[Value]) -> Vec<Option<usize>> {
    match (nested.nesting, nested.facts.key.and_then(|key| nested.block.attribute(key))) {
        (Nesting::Set, _) => pairs(&nested.block, priors, given),
        (_, Some(key)) => {
            let is = |it: &Value, prior: &Value| {
                let (prior, it) = (prior.get(key.name()), it.get(key.name()));
                it.as_str().is_some() && key.same(prior, it)
            };
            given.iter().map(|it| priors.iter().position(|prior| is(it, prior))).collect()
        }
        (_, None) => (0..given.len()).map(|it| (it < priors.len()).then_some(it)).collect(),
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
