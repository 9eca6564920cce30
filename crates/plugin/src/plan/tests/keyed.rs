//! Tests of blocks with a key, and of optional blocks that the service may set.

use crate::apply::{applied, refreshed};
use crate::field::{Computed, OptionalBlocks, OptionalComputed};
use crate::model::{Blocks, Model};
use crate::path::Path;
use crate::plan::plan;
use crate::validate::validate;
use crate::value::Value;
use std::collections::BTreeMap;

/// A door.
#[derive(Model)]
struct Door {
    /// Keys.
    #[tf(replace, key = "name")]
    lock: Blocks<Lock>,
    /// Sign.
    #[tf(max = 1)]
    sign: OptionalBlocks<Sign>,
}

/// A lock.
#[derive(Model)]
struct Lock {
    /// Name.
    name: String,
    /// Make.
    make: Option<String>,
    /// Code.
    code: OptionalComputed<String>,
}

/// A sign.
#[derive(Model)]
struct Sign {
    /// Text.
    text: String,
    /// Size.
    #[tf(default = 3)]
    size: i64,
    /// Marks.
    marks: Option<BTreeMap<String, String>>,
    /// Serial number.
    serial: Computed<String>,
}

fn lock(name: &str, make: Value, code: Value) -> Value {
    Value::map([("name", name.into()), ("make", make), ("code", code)])
}

fn door(locks: Vec<Value>) -> Value {
    Value::map([("lock", Value::List(locks)), ("sign", Value::Null)])
}

fn sign(text: &str, size: Value, serial: Value) -> Value {
    let sign = [("text", text.into()), ("size", size), ("marks", Value::Null), ("serial", serial)];
    Value::map([("lock", Value::List(Vec::new())), ("sign", vec![Value::map(sign)].into())])
}

#[test]
fn blocks_with_a_key_may_be_in_any_order() {
    let given = |name: &str| lock(name, "m".into(), Value::Null);
    let made = |name: &str| lock(name, "m".into(), format!("code of {name}").into());
    let prior = door(vec![made("a"), made("b")]);
    let swapped = plan(&Door::block(), &prior, &door(vec![given("b"), given("a")]));
    assert_eq!((swapped.planned, swapped.replace), (prior.clone(), Vec::new()));
    let seen = door(vec![made("b"), made("a")]);
    assert_eq!(refreshed(&Door::block(), &prior, &seen), prior, "the state's order stays");
    let more = door(vec![made("c"), made("b"), made("a")]);
    let expected = door(vec![made("a"), made("b"), made("c")]);
    assert_eq!(refreshed(&Door::block(), &prior, &more), expected, "new blocks come last");
}

/// Terraform does not accept the `make` of another block if the configuration sets none.
#[test]
fn an_order_that_terraform_refuses_is_updated_in_place() {
    let with = |make: Value, name: &str| lock(name, make, "x".into());
    let prior = door(vec![with("m".into(), "a"), with(Value::Null, "b")]);
    let config = door(vec![with(Value::Null, "b"), with("m".into(), "a")]);
    let swapped = plan(&Door::block(), &prior, &config);
    assert_eq!((swapped.planned, swapped.replace), (config, Vec::new()));
}

#[test]
fn a_changed_block_with_a_key_is_a_change() {
    let made = |name: &str, make: &str| lock(name, make.into(), "x".into());
    let prior = door(vec![made("a", "m"), made("b", "m")]);
    for locks in [
        vec![made("b", "m"), made("a", "n")],
        vec![made("b", "m")],
        vec![made("b", "m"), made("c", "m")],
        vec![made("b", "m"), lock("a", Value::Unknown, "x".into())],
    ] {
        let changed = plan(&Door::block(), &prior, &door(locks.clone()));
        assert_eq!(changed.replace, [Path::of("lock")], "{locks:?}");
    }
}

#[test]
fn a_block_of_the_service_stays_if_none_is_configured() {
    let seen = sign("open", 5.into(), "s".into());
    let none = door(Vec::new());
    let created = plan(&Door::block(), &Value::Null, &none).planned;
    assert_eq!(*created.get("sign"), Value::Unknown);
    assert_eq!(applied(&Door::block(), &created, &seen), seen);
    assert_eq!(plan(&Door::block(), &seen, &none).planned, seen);
}

#[test]
fn a_configured_block_contains_only_configured_values() {
    let (given, seen) =
        (sign("open", Value::Null, Value::Null), sign("open", 3.into(), "s".into()));
    let created = plan(&Door::block(), &Value::Null, &given).planned;
    assert_eq!(created, given);
    assert_eq!(applied(&Door::block(), &created, &seen), given);
    assert_eq!(refreshed(&Door::block(), &given, &seen), given);
    assert_eq!(plan(&Door::block(), &seen, &given).planned, seen, "as after an import");
    let other = sign("open", 4.into(), Value::Null);
    assert_eq!(plan(&Door::block(), &given, &other).planned, other);
    let drifted = sign("open", 9.into(), "s".into());
    assert_eq!(refreshed(&Door::block(), &given, &drifted), drifted);
    assert_eq!(plan(&Door::block(), &drifted, &given).planned, given);
    // A generated configuration that repeats computed values plans no change.
    let repeated = sign("open", Value::Null, "old".into());
    assert_eq!(plan(&Door::block(), &seen, &repeated).planned, seen);
}

#[test]
fn an_optional_block_is_validated_like_a_block() {
    let told = |config: &Value| -> Vec<String> {
        let found = validate(&Door::block(), config);
        found.iter().filter_map(|it| it.path.as_ref()).map(ToString::to_string).collect()
    };
    let mut config = sign("open", Value::Null, Value::Null);
    assert_eq!(told(&config), [""; 0]);
    let one = config.get("sign").as_list().unwrap()[0].clone();
    config.set_entry("sign", vec![one.clone(), one.clone()].into());
    assert_eq!(told(&config), ["sign"]);
    let mut without = one;
    without.set_entry("text", Value::Null);
    config.set_entry("sign", vec![without].into());
    assert_eq!(told(&config), ["sign[0].text"]);
}
