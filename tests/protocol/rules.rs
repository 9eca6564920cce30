//! The rules by which Terraform's core judges a plan, derived from its behavior. A provider that
//! breaks one leaves its user with "Provider produced invalid plan" and no way on.

use crate::shape::{Nested, Shape};
use plugin::path::{Path, Step};
use plugin::proto::tfplugin5::schema::nested_block::NestingMode;
use plugin::ty::Type;
use plugin::value::Value;

/// Returns the proposed new state: the configuration, with computed values of the prior state where
/// the configuration sets none.
pub(crate) fn proposed(shape: &Shape, prior: &Value, config: &Value) -> Value {
    if !matches!(config, Value::Map(_)) {
        return config.clone();
    }
    let attributes = shape.attributes.iter().map(|it| {
        let (prior, config) = (prior.get(&it.name), config.get(&it.name));
        let silent = it.computed && config.is_null();
        let config = if it.write_only { &Value::Null } else { config };
        (it.name.as_str(), if silent { prior.clone() } else { config.clone() })
    });
    let blocks = shape.blocks.iter().map(|it| {
        (it.name.as_str(), proposed_blocks(it, prior.get(&it.name), config.get(&it.name)))
    });
    Value::map(attributes.chain(blocks))
}

fn proposed_blocks(nested: &Nested, prior: &Value, config: &Value) -> Value {
    let Value::List(elements) = config else {
        return proposed(&nested.shape, prior, config);
    };
    let priors = prior.as_list().unwrap_or_default();
    let merged = elements.iter().enumerate().map(|(index, element)| {
        proposed(&nested.shape, priors.get(index).unwrap_or(&Value::Null), element)
    });
    Value::List(merged.collect())
}

/// Returns the faults of a planned object, each with its path.
pub(crate) fn broken(shape: &Shape, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    object(shape, [prior, config, planned], &Path::root(), &mut faults);
    faults
}

fn object(shape: &Shape, values: [&Value; 3], at: &Path, faults: &mut Vec<String>) {
    let [prior, config, planned] = values;
    match (config, planned) {
        (Value::Null, Value::Null) => return,
        (Value::Map(_), Value::Map(_)) => {}
        _ => return faults.push(format!("{at}: {planned:?} is planned for {config:?}")),
    }
    for attribute in &shape.attributes {
        let name = attribute.name.as_str();
        let (prior, config, planned) = (prior.get(name), config.get(name), planned.get(name));
        let chosen = attribute.computed && config.is_null();
        let kept = planned == prior && !prior.is_null() && !config.is_null();
        // Terraform's core accepts only null for a write-only attribute.
        let config = if attribute.write_only { &Value::Null } else { config };
        if !chosen && planned != config && !kept {
            let at = at.attribute(name);
            faults.push(format!("{at}: planned {planned:?}, configured {config:?}, was {prior:?}"));
        }
    }
    for nested in &shape.blocks {
        let name = nested.name.as_str();
        let values = [prior.get(name), config.get(name), planned.get(name)];
        blocks(nested, values, &at.attribute(name), faults);
    }
}

fn blocks(nested: &Nested, values: [&Value; 3], at: &Path, faults: &mut Vec<String>) {
    let [prior, config, planned] = values;
    if *config == Value::Unknown {
        if planned != config {
            faults.push(format!("{at}: {planned:?} is planned for unknown blocks"));
        }
        return;
    }
    if nested.is_single() {
        return object(&nested.shape, values, at, faults);
    }
    let (Value::List(configs), Value::List(plans)) = (config, planned) else {
        return faults.push(format!("{at}: {planned:?} is planned for {config:?}"));
    };
    if configs.len() != plans.len() {
        return faults.push(format!("{at}: {} planned for {}", plans.len(), configs.len()));
    }
    let priors = prior.as_list().unwrap_or_default();
    if nested.nesting == NestingMode::Set {
        return set(nested, priors, (configs, plans), at, faults);
    }
    for (index, (config, planned)) in configs.iter().zip(plans).enumerate() {
        let prior = priors.get(index).unwrap_or(&Value::Null);
        object(&nested.shape, [prior, config, planned], &at.index(index), faults);
    }
}

/// Set elements have no keys, so each planned element must match some configured element.
fn set(
    nested: &Nested,
    priors: &[Value],
    (configs, plans): (&[Value], &[Value]),
    at: &Path,
    faults: &mut Vec<String>,
) {
    let absent = [Value::Null];
    let right = |planned: &Value, config: &Value| {
        let mut priors = priors.iter().chain(&absent);
        priors.any(|prior| broken(&nested.shape, prior, config, planned).is_empty())
    };
    for planned in plans {
        if !configs.iter().any(|config| right(planned, config)) {
            faults.push(format!("{at}: nothing configured is planned as {planned:?}"));
        }
    }
}

/// Returns the `requires_replace` paths that lead nowhere.
pub(crate) fn lost(replace: &[Path], prior: &Value, planned: &Value) -> Vec<String> {
    let nowhere = |it: &&Path| at(prior, it).is_none() && at(planned, it).is_none();
    replace.iter().filter(nowhere).map(ToString::to_string).collect()
}

/// Returns the value at a path.
pub(crate) fn at<'v>(value: &'v Value, path: &Path) -> Option<&'v Value> {
    path.steps().iter().try_fold(value, |value, step| match step {
        Step::Attribute(name) | Step::Key(name) => value.as_map()?.get(name),
        Step::Index(index) => value.as_list()?.get(usize::try_from(*index).ok()?),
    })
}

/// Returns what a later plan does not keep of an earlier one: known values must stay, unknown
/// values may become anything.
pub(crate) fn unkept(ty: &Type, promised: &Value, later: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    differ(ty, (promised, later), &Path::root(), &mut faults);
    faults
}

fn differ(ty: &Type, pair: (&Value, &Value), at: &Path, faults: &mut Vec<String>) {
    match (ty, pair.0, pair.1) {
        (_, Value::Unknown, _) => {}
        (Type::Object(types), Value::Map(promised), Value::Map(later)) => {
            for (name, ty) in types {
                differ(ty, (&promised[name], &later[name]), &at.attribute(name), faults);
            }
        }
        (Type::Map(ty), Value::Map(promised), Value::Map(later))
            if promised.keys().eq(later.keys()) =>
        {
            for (key, promised) in promised {
                differ(ty, (promised, &later[key]), &at.key(key), faults);
            }
        }
        (Type::List(ty), Value::List(promised), Value::List(later))
            if promised.len() == later.len() =>
        {
            for (index, pair) in promised.iter().zip(later).enumerate() {
                differ(ty, pair, &at.index(index), faults);
            }
        }
        (Type::Set(ty), Value::List(promised), Value::List(later)) => {
            // Set elements have no keys, so each planned element must match some element.
            let met = |it: &&Value| later.iter().any(|later| unkept(ty, it, later).is_empty());
            let broken = promised.iter().filter(|it| !met(it));
            faults.extend(broken.map(|it| format!("{at}: no {it:?} among {later:?}")));
        }
        (_, promised, later) if promised == later => {}
        (_, promised, later) => faults.push(format!("{at}: {promised:?}, then {later:?}")),
    }
}
