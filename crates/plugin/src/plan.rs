//! Plans: from the prior state and the configuration to the planned state.
//!
//! Follows the rules that Terraform checks after `PlanResourceChange`. A configured value is
//! planned as configured, or keeps its prior spelling if both are equal. A value that the service
//! chooses keeps its prior value or becomes unknown.

use crate::path::Path;
use crate::same::{both_nothing, partners};
use crate::schema::{Attribute, Block, Nested, Nesting, Presence, Recomputed};
use crate::value::Value;
use std::collections::BTreeSet;

/// Plan of one object.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// Planned state. Null for a destroy.
    pub planned: Value,
    /// Paths of changes that require replacement.
    pub replace: Vec<Path>,
}

/// Plans one object. `prior` is null for a create, and `config` is null for a destroy.
pub fn plan(block: &Block, prior: &Value, config: &Value) -> Plan {
    if config.is_null() {
        return Plan { planned: Value::Null, replace: Vec::new() };
    }
    let planned = merge(block, prior, config, &BTreeSet::new());
    if prior.is_null() || planned == *prior {
        return Plan { planned, replace: Vec::new() };
    }
    let changed = changed_members(block, prior, &planned);
    let planned = merge(block, prior, config, &changed);
    let mut replace = Vec::new();
    replacements(block, prior, &planned, &Path::root(), &mut replace);
    Plan { planned, replace }
}

/// Names of the top-level attributes and blocks that change.
type Changed = BTreeSet<&'static str>;

/// Returns the planned value of a block. Values that depend on a member of `changed` become
/// unknown.
fn merge(block: &Block, prior: &Value, config: &Value, changed: &Changed) -> Value {
    let attributes = block.attributes.iter().map(|attribute| {
        let name = attribute.name();
        let known = !prior.is_null() && !affected(attribute, changed);
        (name, merge_attribute(attribute, prior.get(name), config.get(name), known))
    });
    let blocks = block.blocks.iter().map(|nested| {
        let name = nested.name();
        (name, merge_nested(nested, prior.get(name), config.get(name), changed))
    });
    Value::map(attributes.chain(blocks))
}

/// Plans an attribute. `known` says whether a value that the service chose before is still valid.
fn merge_attribute(attribute: &Attribute, prior: &Value, config: &Value, known: bool) -> Value {
    match config {
        _ if attribute.write_only => Value::Null,
        Value::Null if attribute.facts.default.is_some() => {
            attribute.facts.default.clone().unwrap_or(Value::Null)
        }
        Value::Null if !attribute.is_computed() => Value::Null,
        Value::Null if known => prior.clone(),
        Value::Null => Value::Unknown,
        config if !prior.is_null() && attribute.same(prior, config) => prior.clone(),
        config => config.clone(),
    }
}

fn affected(attribute: &Attribute, changed: &Changed) -> bool {
    match &attribute.facts.recomputed {
        Recomputed::Never => false,
        Recomputed::Always => !changed.is_empty(),
        Recomputed::With(names) => names.iter().any(|name| changed.contains(name)),
    }
}

/// Plans blocks. Terraform accepts a list in the order of the configuration or in its prior order.
fn merge_nested(nested: &Nested, prior: &Value, config: &Value, changed: &Changed) -> Value {
    let elements = match config {
        Value::List(elements) => elements,
        Value::Map(_) => return merge(&nested.block, prior, config, changed),
        other => return other.clone(),
    };
    let priors = prior.as_list().unwrap_or_default();
    let partners = partners(nested, priors, elements);
    let merged = elements.iter().zip(&partners).map(|(element, partner)| {
        let prior = partner.and_then(|index| priors.get(index)).unwrap_or(&Value::Null);
        merge(&nested.block, prior, element, changed)
    });
    let merged: Vec<Value> = merged.collect();
    match nested.nesting {
        Nesting::Set => Value::set(merged),
        _ if is_another_order(nested, priors, &merged)
            && priors.iter().zip(elements).all(|it| may_stay(&nested.block, it)) =>
        {
            prior.clone()
        }
        Nesting::List | Nesting::Single => Value::List(merged),
    }
}

/// Returns `true` if blocks with a key attribute changed only in their order.
fn is_another_order(nested: &Nested, before: &[Value], after: &[Value]) -> bool {
    let same = |(after, index): (&Value, Option<usize>)| {
        index.is_some_and(|index| before[index] == *after)
    };
    nested.facts.key.is_some()
        && !before.is_empty()
        && before.len() == after.len()
        && after.iter().zip(partners(nested, before, after)).all(same)
}

/// Returns `true` if Terraform accepts the prior block in the place of another configured block:
/// both set the same attributes, except computed ones.
fn may_stay(block: &Block, (prior, config): (&Value, &Value)) -> bool {
    block.blocks.is_empty()
        && block.attributes.iter().all(|attribute| {
            let (prior, config) = (prior.get(attribute.name()), config.get(attribute.name()));
            prior.is_null() == config.is_null() || config.is_null() && attribute.is_computed()
        })
}

fn changed_members(block: &Block, prior: &Value, planned: &Value) -> Changed {
    let names = block.attributes.iter().map(Attribute::name);
    names
        .chain(block.blocks.iter().map(Nested::name))
        .filter(|name| prior.get(name) != planned.get(name))
        .collect()
}

fn replacements(block: &Block, prior: &Value, planned: &Value, at: &Path, out: &mut Vec<Path>) {
    for attribute in block.attributes.iter().filter(|attribute| attribute.facts.replace) {
        let (before, after) = (prior.get(attribute.name()), planned.get(attribute.name()));
        // A value that the service has yet to choose is no change, and neither is an empty value
        // for null.
        let chosen = attribute.presence != Presence::Required && before.is_null();
        if before != after && !(chosen && *after == Value::Unknown) && !both_nothing(before, after)
        {
            out.push(at.attribute(attribute.name()));
        }
    }
    for nested in &block.blocks {
        let path = at.attribute(nested.name());
        let (before, after) = (prior.get(nested.name()), planned.get(nested.name()));
        let blocks = before.as_list().zip(after.as_list());
        if blocks.is_some_and(|(before, after)| is_another_order(nested, before, after)) {
            continue;
        }
        if nested.facts.replace && before != after {
            out.push(path);
            continue;
        }
        match (before, after) {
            (Value::List(before), Value::List(after)) if nested.nesting == Nesting::Set => {
                // Terraform cannot identify an element of a set, so report the set.
                let is_replaced = is_replaced(&nested.block, before, after);
                out.extend(is_replaced.then_some(path));
            }
            (Value::List(before), Value::List(after)) => {
                for (index, (before, after)) in before.iter().zip(after).enumerate() {
                    replacements(&nested.block, before, after, &path.index(index), out);
                }
            }
            (Value::Map(_), Value::Map(_)) => {
                replacements(&nested.block, before, after, &path, out);
            }
            _ => {}
        }
    }
}

/// Returns `true` if an element of a set changed in an attribute that requires replacement. As in a
/// list, a new or removed element alone requires none: `replace` on the block does.
fn is_replaced(block: &Block, before: &[Value], after: &[Value]) -> bool {
    let mut gone: Vec<Value> = before.iter().map(|element| fixed(block, element)).collect();
    let mut come = 0;
    for element in after.iter().map(|element| fixed(block, element)) {
        match gone.iter().position(|before| *before == element) {
            Some(index) => drop(gone.swap_remove(index)),
            None => come += 1,
        }
    }
    come > 0 && !gone.is_empty()
}

/// Returns the attributes of an element that require replacement, without empty and unknown values.
fn fixed(block: &Block, element: &Value) -> Value {
    let attributes = block.attributes.iter().filter(|it| it.facts.replace).map(|it| {
        let value = element.get(it.name());
        let chosen = it.presence != Presence::Required && *value == Value::Unknown;
        (it.name(), if chosen { Value::Null } else { value.clone() })
    });
    let blocks = block.blocks.iter().map(|it| {
        let value = match element.get(it.name()) {
            value if it.facts.replace => value.clone(),
            Value::List(elements) => {
                let inner: Vec<_> = elements.iter().map(|inner| fixed(&it.block, inner)).collect();
                if it.nesting == Nesting::Set { Value::set(inner) } else { Value::List(inner) }
            }
            single @ Value::Map(_) => fixed(&it.block, single),
            _ => Value::Null,
        };
        (it.name(), value)
    });
    Value::map(attributes.chain(blocks).filter(|(_, value)| !both_nothing(value, &Value::Null)))
}

#[cfg(test)]
mod tests;
