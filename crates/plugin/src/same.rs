//! Equality: which values are equal, and which elements of sets and lists correspond.

use crate::schema::{Block, Nested, Nesting, Presence};
use crate::value::Value;

/// Returns `true` if both values are null or empty, which are equal.
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

/// Returns `true` if an element of a set corresponds to a prior element: all configured values are
/// equal, in inner blocks too. Computed values count only if they are configured.
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

/// Returns `true` if two lists of optional blocks are equal. Null equals the default. Computed
/// attributes are ignored, even if a generated configuration repeats them.
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

/// Returns the index of the corresponding prior block for each configured block. In a set,
/// configured values decide. In a list, the key attribute decides, or the position if there is no
/// key.
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

/// Returns the index of the corresponding prior element for each configured element of a set. Each
/// prior element is used at most once. The element with the fewest candidates chooses first,
/// because it leaves the fewest values to the service.
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
