//! Every path in a configuration, and the configurations in which one path has another value.

use crate::shape::{Nested, Shape};
use plugin::codec;
use plugin::path::{Path, Step};
use plugin::ty::Type;
use plugin::value::Value;

/// A configuration with one change, and a description of it.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub(crate) path: Path,
    pub(crate) value: Value,
}

/// Returns the configuration with each path unknown in turn, and with everything unknown.
pub(crate) fn unknown(shape: &Shape, config: &Value) -> Vec<Changed> {
    let mut changed = changed(shape, config, &Hole { value: Value::Unknown, of: Nested::unknown });
    let mut all = shape.unknown();
    for attribute in shape.attributes.iter().filter(|it| !it.settable) {
        all.set_entry(&attribute.name, Value::Null);
    }
    changed.push(Changed { path: Path::root(), value: all });
    changed
}

/// Returns the configuration with each path omitted in turn.
pub(crate) fn null(shape: &Shape, config: &Value) -> Vec<Changed> {
    changed(shape, config, &Hole { value: Value::Null, of: Nested::absent })
}

/// The value to put at the path of an attribute, and of blocks.
struct Hole {
    value: Value,
    of: fn(&Nested) -> Value,
}

fn changed(shape: &Shape, config: &Value, hole: &Hole) -> Vec<Changed> {
    let mut places = Vec::new();
    block(shape, config, &Path::root(), hole, &mut places);
    let ty = shape.ty();
    let apply = |(path, hole): (Path, Value)| {
        let mut value = config.clone();
        put(&mut value, path.steps(), hole);
        // The codec sorts sets and removes duplicates.
        Changed { path, value: normal(&value, &ty) }
    };
    places.into_iter().map(apply).collect()
}

fn block(shape: &Shape, value: &Value, at: &Path, hole: &Hole, out: &mut Vec<(Path, Value)>) {
    for attribute in shape.attributes.iter().filter(|it| it.settable) {
        elements(value.get(&attribute.name), &at.attribute(&attribute.name), hole, out);
    }
    for nested in &shape.blocks {
        let (path, inner) = (at.attribute(&nested.name), value.get(&nested.name));
        out.push((path.clone(), (hole.of)(nested)));
        match inner {
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    block(&nested.shape, element, &path.index(index), hole, out);
                }
            }
            Value::Map(_) => block(&nested.shape, inner, &path, hole, out),
            _ => {}
        }
    }
}

fn elements(value: &Value, at: &Path, hole: &Hole, out: &mut Vec<(Path, Value)>) {
    out.push((at.clone(), hole.value.clone()));
    match value {
        Value::List(list) => {
            for (index, element) in list.iter().enumerate() {
                elements(element, &at.index(index), hole, out);
            }
        }
        Value::Map(map) => {
            for (key, element) in map {
                elements(element, &at.key(key), hole, out);
            }
        }
        _ => {}
    }
}

/// Puts a value at a path and creates missing blocks.
pub(crate) fn put(value: &mut Value, steps: &[Step], new: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = new;
        return;
    };
    let inner = match (step, value) {
        (Step::Attribute(name) | Step::Key(name), Value::Map(map)) => map.get_mut(name),
        (Step::Index(index), Value::List(list)) => list.get_mut(usize::try_from(*index).unwrap()),
        (step, value) => panic!("no {step:?} in {value:?}"),
    };
    put(inner.expect("a place that is there"), rest, new);
}

/// Returns the value as it arrives over the wire.
pub(crate) fn normal(value: &Value, ty: &Type) -> Value {
    codec::from_msgpack(&codec::to_msgpack(value, ty), ty).unwrap()
}
