//! Planning: from the prior state and the configuration to the state that apply must reach.
//!
//! Follows the rules that Terraform's core checks after `PlanResourceChange`: what the
//! configuration gives is planned as given, or stays as it was where both mean the same; what the
//! service chooses stays as it was, or is unknown.

use crate::apply::both_nothing;
use crate::path::Path;
use crate::schema::{Attribute, Block, Follows, Nested, Nesting, Presence};
use crate::value::Value;
use std::collections::BTreeSet;

/// A plan for one object.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// The planned state; null for a destroy.
    pub planned: Value,
    /// What has changed that cannot be changed in place.
    pub replace: Vec<Path>,
}

/// Plans one object. `prior` is null for a create, `config` for a destroy.
pub fn plan(block: &Block, prior: &Value, config: &Value) -> Plan {
    if config.is_null() {
        return Plan { planned: Value::Null, replace: Vec::new() };
    }
    let mut planned = merge(block, prior, config);
    if prior.is_null() || planned == *prior {
        return Plan { planned, replace: Vec::new() };
    }
    let changed = changed_members(block, prior, &planned);
    forget(block, config, &mut planned, &changed);
    let mut replace = Vec::new();
    replacements(block, prior, &planned, &Path::root(), &mut replace);
    Plan { planned, replace }
}

/// The planned value of a block, before computed values are forgotten.
fn merge(block: &Block, prior: &Value, config: &Value) -> Value {
    let attributes = block.attributes.iter().map(|attribute| {
        let name = attribute.name();
        (name, merge_attribute(attribute, prior.get(name), config.get(name), prior.is_null()))
    });
    let blocks = block.blocks.iter().map(|nested| {
        let name = nested.name();
        (name, merge_nested(nested, prior.get(name), config.get(name)))
    });
    Value::map(attributes.chain(blocks))
}

fn merge_attribute(attribute: &Attribute, prior: &Value, config: &Value, new: bool) -> Value {
    match config {
        Value::Null if attribute.facts.default.is_some() => {
            attribute.facts.default.clone().unwrap_or(Value::Null)
        }
        Value::Null if !attribute.is_computed() => Value::Null,
        Value::Null if new => Value::Unknown,
        Value::Null => prior.clone(),
        config if !prior.is_null() && attribute.same(prior, config) => prior.clone(),
        config => config.clone(),
    }
}

fn merge_nested(nested: &Nested, prior: &Value, config: &Value) -> Value {
    let elements = match config {
        Value::List(elements) => elements,
        Value::Map(_) => return merge(&nested.block, prior, config),
        other => return other.clone(),
    };
    let priors = prior.as_list().unwrap_or_default();
    let merged = elements.iter().enumerate().map(|(index, element)| {
        let prior = match nested.nesting {
            Nesting::Set => priors.iter().find(|prior| agrees(&nested.block, prior, element)),
            Nesting::List | Nesting::Single => priors.get(index),
        };
        merge(&nested.block, prior.unwrap_or(&Value::Null), element)
    });
    match nested.nesting {
        Nesting::Set => Value::set(merged.collect()),
        Nesting::List | Nesting::Single => Value::List(merged.collect()),
    }
}

/// Whether an element of a set is the one that was there before: all that is given means the same.
pub(crate) fn agrees(block: &Block, prior: &Value, given: &Value) -> bool {
    let attributes = block.attributes.iter().all(|attribute| {
        let given = given.get(attribute.name());
        let chosen = attribute.is_computed() && matches!(given, Value::Null | Value::Unknown);
        chosen || attribute.same(prior.get(attribute.name()), given)
    });
    attributes && block.blocks.iter().all(|it| prior.get(it.name()) == given.get(it.name()))
}

fn changed_members(block: &Block, prior: &Value, planned: &Value) -> BTreeSet<&'static str> {
    let names = block.attributes.iter().map(Attribute::name);
    names
        .chain(block.blocks.iter().map(Nested::name))
        .filter(|name| prior.get(name) != planned.get(name))
        .collect()
}

/// Makes those computed values unknown that the change may change.
fn forget(block: &Block, config: &Value, planned: &mut Value, changed: &BTreeSet<&str>) {
    for attribute in &block.attributes {
        let affected = match &attribute.facts.follows {
            Follows::Nothing => false,
            Follows::Anything => true,
            Follows::These(names) => names.iter().any(|name| changed.contains(name)),
        };
        let chosen = attribute.is_computed() && config.get(attribute.name()).is_null();
        if affected && chosen && attribute.facts.default.is_none() {
            planned.set_entry(attribute.name(), Value::Unknown);
        }
    }
    for nested in block.blocks.iter().filter(|nested| nested.nesting == Nesting::List) {
        let (configured, Value::Map(entries)) = (config.get(nested.name()), &mut *planned) else {
            continue;
        };
        let Some(Value::List(elements)) = entries.get_mut(nested.name()) else {
            continue;
        };
        for (element, config) in elements.iter_mut().zip(configured.as_list().unwrap_or_default()) {
            forget(&nested.block, config, element, changed);
        }
    }
}

fn replacements(block: &Block, prior: &Value, planned: &Value, at: &Path, out: &mut Vec<Path>) {
    for attribute in block.attributes.iter().filter(|attribute| attribute.facts.replace) {
        let (before, after) = (prior.get(attribute.name()), planned.get(attribute.name()));
        // What the service is yet to choose is no wish for a change, nor is nothing for nothing.
        let chosen = attribute.presence != Presence::Required && before.is_null();
        if before != after && !(chosen && *after == Value::Unknown) && !both_nothing(before, after)
        {
            out.push(at.attribute(attribute.name()));
        }
    }
    for nested in &block.blocks {
        let path = at.attribute(nested.name());
        let (before, after) = (prior.get(nested.name()), planned.get(nested.name()));
        if nested.facts.replace && before != after {
            out.push(path);
            continue;
        }
        match (before, after) {
            (Value::List(before), Value::List(after)) if nested.nesting == Nesting::List => {
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

#[cfg(test)]
mod tests;
