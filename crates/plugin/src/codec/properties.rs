//! Properties of all values of all types, checked with many random cases. `fuzz/` checks more.

use super::{from_json, from_msgpack, to_json, to_msgpack};
use crate::ty::Type;
use crate::value::{Number, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use proptest::{option, prop_oneof};
use std::collections::BTreeMap;

/// Fails with the smallest case for which the property does not hold. Every run uses the same
/// cases.
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

/// Returns types up to a depth.
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

/// Returns values of a type. If `unknown` is `true`, they may contain unknown values.
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

/// Returns dynamic values. Null has no type of its own.
fn dynamic(unknown: bool) -> BoxedStrategy<Value> {
    let own = ty(1).prop_filter("dynamic in itself", |own| *own != Type::Dynamic);
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
fn msgpack_round_trips_every_value() {
    holds(&typed(true), |(ty, value)| {
        assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value));
    });
}

#[test]
fn json_round_trips_every_known_value() {
    holds(&typed(false), |(ty, value)| {
        let text = to_json(&value, &ty).to_string();
        assert_eq!(from_json(text.as_bytes(), &ty), Ok(value), "{text}");
    });
}

#[test]
fn a_damaged_message_is_decoded_or_refused() {
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
fn json_round_trips_every_type() {
    holds(&ty(4), |ty| assert_eq!(Type::from_json(&ty.to_json()), Ok(ty)));
}
