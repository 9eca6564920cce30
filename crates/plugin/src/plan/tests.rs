mod keyed;
mod nested;

use super::*;
use crate::apply;
use crate::codec;
use crate::codec::properties::holds;
use crate::field::{Computed, OptionalComputed};
use crate::model::{BlockSet, Blocks, Model};
use crate::ty::Type;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::Strategy;
use proptest::sample::select;
use std::collections::BTreeMap;

fn same_ignoring_case(left: &Value, right: &Value) -> bool {
    matches!((left.as_str(), right.as_str()), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

/// A thing.
#[derive(Model, Debug, Clone)]
struct Thing {
    /// ID.
    id: Computed<String>,
    /// Name.
    #[tf(replace, same = same_ignoring_case)]
    name: String,
    /// Size.
    #[tf(default = 3)]
    size: i64,
    /// Place.
    #[tf(replace)]
    place: OptionalComputed<String>,
    /// Labels.
    tags: Option<BTreeMap<String, String>>,
    /// Kin.
    #[tf(replace)]
    kin: Option<Vec<String>>,
    /// Serial number.
    #[tf(recomputed)]
    serial: Computed<String>,
    /// Address.
    #[tf(recomputed_with("part"))]
    address: Computed<String>,
    /// Parts.
    part: Blocks<Part>,
    /// Ports.
    port: BlockSet<Port>,
}

/// A part.
#[derive(Model, Debug, Clone)]
struct Part {
    /// Key.
    #[tf(replace)]
    key: String,
    /// State.
    #[tf(recomputed)]
    state: Computed<String>,
}

/// A port.
#[derive(Model, Debug, Clone)]
struct Port {
    /// Number.
    number: i64,
    /// Label.
    label: OptionalComputed<String>,
}

fn config(changes: &[(&str, Value)]) -> Value {
    let mut config = Thing::block().empty();
    config.set_entry("name", "a".into());
    for (name, value) in changes {
        config.set_entry(name, value.clone());
    }
    config
}

fn part(key: &str) -> Value {
    Value::map([("key", key.into()), ("state", Value::Null)])
}

fn port(number: i64, label: Value) -> Value {
    Value::map([("number", number.into()), ("label", label)])
}

/// Any configuration of a thing.
fn any() -> impl Strategy<Value = Value> {
    let text = || select(vec!["a", "A", "b", ""]).prop_map(Value::from);
    let tags = (text(), text()).prop_map(|(k, l)| Value::map([("k", k), ("l", l)]));
    let attributes = (
        text(),
        option::of((0..5_i64).prop_map(Value::from)),
        option::of(text()),
        option::of(tags),
        option::of(vec(text(), 0..3).prop_map(Value::List)),
    );
    let parts = vec(select(vec!["k", "l"]).prop_map(part), 0..3).prop_map(Value::List);
    let label = || option::of(text()).prop_map(|label| label.unwrap_or(Value::Null));
    let ports = btree_map(1..4_i64, label(), 0..4).prop_map(|ports| {
        Value::set(ports.into_iter().map(|(number, label)| port(number, label)).collect())
    });
    (attributes, parts, ports).prop_map(|((name, size, place, tags, kin), parts, ports)| {
        let given = [("size", size), ("place", place), ("tags", tags), ("kin", kin)];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let changes: Vec<_> =
            given.chain([("name", name), ("part", parts), ("port", ports)]).collect();
        config(&changes)
    })
}

/// Returns the state after an apply, with "x" for each value that the service chooses.
fn applied(config: &Value) -> Value {
    answered(plan(&Thing::block(), &Value::Null, config).planned)
}

/// Returns the service's response to a plan, with "x" for each unknown value.
fn answered(planned: Value) -> Value {
    answered_as(&Thing::block().ty(), planned, &mut || "x".into())
}

/// Returns the service's response to a plan, with `answer` for each unknown value.
fn answered_as(ty: &Type, planned: Value, answer: &mut dyn FnMut() -> Value) -> Value {
    fn choose(value: Value, answer: &mut dyn FnMut() -> Value) -> Value {
        match value {
            Value::Unknown => answer(),
            Value::List(elements) => {
                Value::List(elements.into_iter().map(|it| choose(it, answer)).collect())
            }
            Value::Map(entries) => Value::Map(
                entries.into_iter().map(|(key, value)| (key, choose(value, answer))).collect(),
            ),
            known => known,
        }
    }
    let state = choose(planned, answer);
    // Encode and decode the state, as in a real run, so that sets are in their order.
    codec::from_msgpack(&codec::to_msgpack(&state, ty), ty).unwrap()
}

/// Plans a change between two configurations. Checks the unknown values and the replacements.
fn check(from: &[(&str, Value)], to: &[(&str, Value)], unknown: &[&str], replaced: &[&str]) {
    let block = Thing::block();
    let prior = applied(&config(from));
    let plan = plan(&block, &prior, &config(to));
    let now_unknown: Vec<&str> = block.ty().to_json()[1]
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| plan.planned.get(name).has_unknown())
        .map(|name| Box::leak(name.clone().into_boxed_str()) as &str)
        .collect();
    assert_eq!(now_unknown, unknown, "unknown after {from:?} -> {to:?}");
    let replace: Vec<String> = plan.replace.iter().map(ToString::to_string).collect();
    assert_eq!(replace, replaced, "replaced after {from:?} -> {to:?}");
}

#[test]
fn an_unchanged_configuration_plans_the_prior_state() {
    let cases: [&[(&str, Value)]; 4] = [
        &[],
        &[("tags", Value::map([("a", "b".into())])), ("part", vec![part("k")].into())],
        &[("place", "here".into()), ("size", 7.into())],
        &[("port", Value::set(vec![port(1, Value::Null), port(2, "two".into())]))],
    ];
    for case in cases {
        let prior = applied(&config(case));
        let plan = plan(&Thing::block(), &prior, &config(case));
        assert_eq!(plan, Plan { planned: prior, replace: vec![] });
    }
}

#[test]
fn a_create_plans_unknown_for_computed_values() {
    let planned = plan(&Thing::block(), &Value::Null, &config(&[])).planned;
    assert_eq!(*planned.get("size"), 3.into());
    for name in ["id", "place", "serial", "address"] {
        assert_eq!(*planned.get(name), Value::Unknown, "{name}");
    }
}

#[test]
fn a_change_makes_only_dependent_values_unknown() {
    check(&[], &[("size", 4.into())], &["serial"], &[]);
    check(&[], &[("part", vec![part("k")].into())], &["address", "part", "serial"], &[]);
    check(&[("size", 4.into())], &[], &["serial"], &[]);
    let tags = |value: &str| ("tags", Value::map([("a", value.into())]));
    check(&[tags("b")], &[tags("c")], &["serial"], &[]);
    check(&[tags("b")], &[], &["serial"], &[]);
}

#[test]
fn changes_of_replace_attributes_require_replacement() {
    check(&[], &[("name", "b".into())], &["serial"], &["name"]);
    check(&[], &[("name", "A".into())], &[], &[]);
    check(&[], &[("place", "there".into())], &["serial"], &["place"]);
    check(&[("place", "here".into())], &[], &[], &[]);
    let parts = |key: &str| ("part", Value::from(vec![part(key)]));
    check(&[parts("a")], &[parts("b")], &["address", "part", "serial"], &["part[0].key"]);
    check(&[], &[("name", Value::Unknown)], &["name", "serial"], &["name"]);
    let kin = |names: &[&str]| ("kin", Value::List(names.iter().map(|&it| it.into()).collect()));
    check(&[kin(&[])], &[], &["serial"], &[]);
    check(&[], &[kin(&[])], &["serial"], &[]);
    check(&[kin(&[])], &[kin(&["b"])], &["serial"], &["kin"]);
}

#[test]
fn elements_of_a_set_keep_computed_values() {
    let block = Thing::block();
    let ports = |ports: Vec<Value>| config(&[("port", Value::set(ports))]);
    let prior = applied(&ports(vec![port(1, Value::Null)]));
    let planned = plan(&block, &prior, &ports(vec![port(1, Value::Null), port(2, Value::Null)]));
    let expected = Value::set(vec![port(1, "x".into()), port(2, Value::Unknown)]);
    assert_eq!(*planned.planned.get("port"), expected);
}

#[test]
fn unknown_anywhere_stays_unknown() {
    let block = Thing::block();
    let prior = applied(&config(&[("part", vec![part("k")].into())]));
    for name in ["name", "size", "place", "tags", "part", "port"] {
        let planned = plan(&block, &prior, &config(&[(name, Value::Unknown)])).planned;
        assert_eq!(*planned.get(name), Value::Unknown, "{name}");
    }
}

#[test]
fn a_destroy_plans_nothing() {
    let prior = applied(&config(&[]));
    let expected = Plan { planned: Value::Null, replace: vec![] };
    assert_eq!(plan(&Thing::block(), &prior, &Value::Null), expected);
}

#[test]
fn an_applied_configuration_plans_no_change() {
    let block = Thing::block();
    holds(&any(), |config| {
        let state = applied(&config);
        assert_eq!(plan(&block, &state, &config), Plan { planned: state, replace: vec![] });
    });
}

#[test]
fn an_applied_update_plans_no_change() {
    let block = Thing::block();
    holds(&(any(), any()), |(from, to)| {
        let changed = answered(plan(&block, &applied(&from), &to).planned);
        let again = plan(&block, &changed, &to);
        assert_eq!(again, Plan { planned: changed, replace: vec![] }, "{from:?} -> {to:?}");
    });
}

#[test]
fn a_configured_value_is_planned_or_equals_the_prior_value() {
    let block = Thing::block();
    holds(&(any(), any()), |(from, config)| {
        let prior = applied(&from);
        let planned = plan(&block, &prior, &config).planned;
        for attribute in &block.attributes {
            let name = attribute.name();
            let (planned, wanted) = (planned.get(name), config.get(name));
            let kept = planned == prior.get(name) && attribute.same(planned, wanted);
            assert!(wanted.is_null() || planned == wanted || kept, "{name}: {planned:?}");
        }
    });
}

#[test]
fn applying_and_refreshing_keep_the_planned_state() {
    let block = Thing::block();
    holds(&(any(), any()), |(from, to)| {
        let planned = plan(&block, &applied(&from), &to).planned;
        let answer = answered(planned.clone());
        let state = apply::applied(&block, &planned, &answer);
        assert!(!state.has_unknown());
        assert_eq!(apply::refreshed(&block, &state, &answer), state);
        assert_eq!(apply::applied(&block, &state, &answer), state);
    });
}
