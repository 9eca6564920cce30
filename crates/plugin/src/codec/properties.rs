//! What holds for every value of every type, tried with many. `fuzz/` tries more.

use super::{from_json, from_msgpack, to_json, to_msgpack};
use crate::ty::Type;
use crate::value::{Number, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use proptest::{option, prop_oneof};
use std::collections::BTreeMap;

/// Fails with the smallest case for which the property does not hold. The cases are the same in
/// every run.
pub(crate) fn holds<S: Strategy>(cases: &S, property: impl Fn(S::Value)) {
    let config = Config {
        cases: 1000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x9E37_79B9),
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(cases, |case| {
        property(case);
        Ok(())
    });
    if let Err(fault) = tried {
        panic!("{fault}");
    }
}

/// A type of at most that depth.
fn ty(depth: u32) -> BoxedStrategy<Type> {
    let plain = select(vec![Type::Bool, Type::Number, Type::String, Type::Dynamic]);
    plain
        .boxed()
        .prop_recursive(depth, 64, 4, |inner| {
            let names = subsequence(vec!["a", "b", "id", "ü"], 0..=4);
            let members = (names, vec(inner.clone(), 4));
            prop_oneof![
                inner.clone().prop_map(Type::list),
                inner.clone().prop_map(Type::set),
                inner.clone().prop_map(Type::map),
                vec(inner, 0..4).prop_map(Type::Tuple),
                members.prop_map(|(names, types)| Type::object(names.into_iter().zip(types))),
            ]
        })
        .boxed()
}

/// A value of a type, with what is not known yet where that may be.
fn value(ty: &Type, unknown: bool) -> BoxedStrategy<Value> {
    let of = |ty: &Type| value(ty, unknown);
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => number().prop_map(Value::Number).boxed(),
        Type::String => text().prop_map(Value::String).boxed(),
        Type::Dynamic => dynamic(unknown),
        Type::List(element) => vec(of(element), 0..4).prop_map(Value::List).boxed(),
        Type::Set(element) => vec(of(element), 0..4).prop_map(Value::set).boxed(),
        Type::Map(element) => btree_map(text(), of(element), 0..4).prop_map(Value::Map).boxed(),
        Type::Tuple(items) => {
            items.iter().map(of).collect::<Vec<_>>().prop_map(Value::List).boxed()
        }
        Type::Object(attributes) => {
            let names: Vec<String> = attributes.keys().cloned().collect();
            let values: Vec<_> = attributes.values().map(of).collect();
            let object = move |values: Vec<Value>| {
                Value::Map(names.iter().cloned().zip(values).collect::<BTreeMap<_, _>>())
            };
            values.prop_map(object).boxed()
        }
    };
    let rare = if unknown { vec![Value::Null, Value::Unknown] } else { vec![Value::Null] };
    prop_oneof![1 => select(rare), 5 => known].boxed()
}

/// A value that brings its type. Null has none of its own.
fn dynamic(unknown: bool) -> BoxedStrategy<Value> {
    let own = ty(1).prop_filter("it brings its type", |own| *own != Type::Dynamic);
    let pair = own.prop_flat_map(move |own| (Just(own.clone()), value(&own, unknown)));
    let dynamic = |(own, value): (Type, Value)| match value {
        Value::Null => Value::Null,
        value => Value::Dynamic(Box::new((own, value))),
    };
    pair.prop_map(dynamic).boxed()
}

fn number() -> impl Strategy<Value = Number> {
    const TEXTS: [&str; 6] =
        ["-0.1", "1e300", "1e-300", "18446744073709551615", "-9223372036854775808", "1.5"];
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        (0..1_i32 << 20).prop_map(|it| Number::from_f64(f64::from(it) / 4096.0).unwrap()),
        select(TEXTS.as_slice()).prop_map(|text| text.parse().unwrap()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 7] = ["a", "Ü", "🙂", "\0", "\"\\", "\u{2028}", "/x y"];
    vec(select(PIECES.as_slice()), 0..40).prop_map(|pieces| pieces.concat())
}

fn typed(unknown: bool) -> impl Strategy<Value = (Type, Value)> {
    ty(3).prop_flat_map(move |ty| (Just(ty.clone()), value(&ty, unknown)))
}

#[test]
fn every_value_comes_back_from_msgpack() {
    holds(&typed(true), |(ty, value)| {
        assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value));
    });
}

#[test]
fn every_known_value_comes_back_from_json() {
    holds(&typed(false), |(ty, value)| {
        let text = to_json(&value, &ty).to_string();
        assert_eq!(from_json(text.as_bytes(), &ty), Ok(value), "{text}");
    });
}

#[test]
fn a_message_that_was_cut_or_bent_is_read_or_refused() {
    let damage = (any::<Index>(), option::of(0..8_u8));
    holds(&(typed(true), damage), |((ty, value), (place, bit))| {
        let mut bytes = to_msgpack(&value, &ty);
        let at = place.index(bytes.len());
        match bit {
            None => bytes.truncate(at),
            Some(bit) => bytes[at] ^= 1 << bit,
        }
        if let Ok(value) = from_msgpack(&bytes, &ty) {
            assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value));
        }
    });
}

#[test]
fn every_type_comes_back() {
    holds(&ty(4), |ty| assert_eq!(Type::from_json(&ty.to_json()), Ok(ty)));
}
