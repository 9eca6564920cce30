//! Tests of nested blocks: pairing of elements, computed values, and replacements.

use super::answered_as;
use crate::apply;
use crate::codec::properties::holds;
use crate::field::{Computed, OptionalComputed};
use crate::model::{BlockSet, Blocks, Model, Object, Single};
use crate::plan::{Plan, plan};
use crate::value::Value;
use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::sample::select;

/// A rack.
#[derive(Model)]
struct Rack {
    /// Note.
    note: Option<String>,
    /// Slots.
    slot: BlockSet<Slot>,
    /// Lid.
    lid: Single<Lid>,
    /// Owner, which is configured or computed as a whole.
    owner: OptionalComputed<Owner>,
}

/// A slot.
#[derive(Model)]
struct Slot {
    /// Number.
    number: i64,
    /// Make.
    #[tf(replace)]
    make: Option<String>,
    /// Name.
    name: OptionalComputed<String>,
    /// Serial number.
    serial: Computed<String>,
    /// Heat.
    #[tf(recomputed)]
    heat: Computed<String>,
    /// Plugs.
    plug: Blocks<Plug>,
}

/// A plug.
#[derive(Model)]
struct Plug {
    /// Form.
    form: String,
    /// Address.
    address: Computed<String>,
}

/// A lid.
#[derive(Model)]
struct Lid {
    /// Colour.
    #[tf(replace)]
    colour: String,
    /// Seal.
    #[tf(recomputed)]
    seal: Computed<String>,
    /// Key.
    key: Computed<String>,
}

/// An owner.
#[derive(Object)]
struct Owner {
    /// Name.
    name: String,
    /// Mail.
    mail: Option<String>,
}

const NULL: Value = Value::Null;

fn slot(number: i64, make: Value, name: Value, plugs: &[&str]) -> Value {
    let plug = |form: &&str| Value::map([("form", (*form).into()), ("address", NULL)]);
    Value::map([
        ("number", number.into()),
        ("make", make),
        ("name", name),
        ("serial", NULL),
        ("heat", NULL),
        ("plug", Value::List(plugs.iter().map(plug).collect())),
    ])
}

fn plain(number: i64) -> Value {
    slot(number, NULL, NULL, &[])
}

fn rack(slots: Vec<Value>) -> Value {
    Value::map([("note", NULL), ("slot", Value::set(slots)), ("lid", NULL), ("owner", NULL)])
}

fn with(mut rack: Value, name: &str, value: Value) -> Value {
    rack.set_entry(name, value);
    rack
}

/// Returns a state with a different text for each computed value.
fn state(mut planned: Value) -> Value {
    let mut count = 0;
    if *planned.get("owner") == Value::Unknown {
        planned.set_entry("owner", Value::map([("name", "x".into()), ("mail", NULL)]));
    }
    answered_as(&Rack::block().ty(), planned, &mut || {
        count += 1;
        format!("x{count}").into()
    })
}

fn applied(config: &Value) -> Value {
    state(plan(&Rack::block(), &NULL, config).planned)
}

fn planned(prior: &Value, config: &Value) -> Plan {
    plan(&Rack::block(), prior, config)
}

/// Returns a member of the only slot with this number.
fn of<'a>(rack: &'a Value, number: i64, member: &str) -> &'a Value {
    let slots = rack.get("slot").as_list().unwrap();
    slots.iter().find(|it| *it.get("number") == number.into()).unwrap().get(member)
}

#[test]
fn unchanged_elements_of_a_set_keep_computed_values() {
    let prior = applied(&rack(vec![plain(1), slot(2, NULL, NULL, &["flat"])]));
    let config = rack(vec![plain(0), plain(1), slot(2, NULL, NULL, &["flat"])]);
    let Plan { planned, replace } = planned(&prior, &config);
    for number in [1, 2] {
        for member in ["name", "serial", "plug"] {
            assert_eq!(of(&planned, number, member), of(&prior, number, member), "{member}");
        }
        assert_eq!(*of(&planned, number, "heat"), Value::Unknown);
    }
    for member in ["name", "serial", "heat"] {
        assert_eq!(*of(&planned, 0, member), Value::Unknown);
    }
    assert_eq!(replace, []);
}

#[test]
fn an_element_with_changed_inner_blocks_is_new() {
    let prior = applied(&rack(vec![slot(1, NULL, NULL, &["flat"])]));
    for plugs in [&["round"][..], &[], &["flat", "flat"]] {
        let planned = planned(&prior, &rack(vec![slot(1, NULL, NULL, plugs)])).planned;
        assert_eq!(*of(&planned, 1, "serial"), Value::Unknown, "{plugs:?}");
    }
}

#[test]
fn no_prior_element_is_paired_twice() {
    let twice = || vec![slot(1, NULL, "a".into(), &[]), slot(1, NULL, NULL, &[])];
    let prior = applied(&rack(twice()));
    assert_eq!(planned(&prior, &rack(twice())), Plan { planned: prior.clone(), replace: vec![] });
    // An element with fewer configured values does not take the partner of a more specific one.
    let slots = prior.get("slot").as_list().unwrap();
    let serials: Vec<&Value> = slots.iter().map(|it| it.get("serial")).collect();
    assert_ne!(serials[0], serials[1]);
}

#[test]
fn a_changed_element_of_a_set_replaces_the_set() {
    let made = |number: i64, make: &str| slot(number, make.into(), NULL, &[]);
    let prior = applied(&rack(vec![made(1, "a"), made(2, "b")]));
    let replaced = |slots: Vec<Value>| -> Vec<String> {
        planned(&prior, &rack(slots)).replace.iter().map(ToString::to_string).collect()
    };
    assert_eq!(replaced(vec![made(1, "a"), made(2, "c")]), ["slot"]);
    assert_eq!(replaced(vec![made(1, "a"), slot(2, Value::Unknown, NULL, &[])]), ["slot"]);
    for slots in [
        vec![made(2, "b"), made(1, "a")],
        vec![made(1, "a"), made(3, "b")],
        vec![made(1, "a")],
        vec![made(1, "a"), made(2, "b"), made(3, "c")],
    ] {
        assert_eq!(replaced(slots), [""; 0]);
    }
}

#[test]
fn a_single_block_is_planned_like_other_blocks() {
    let lid = |colour: &str| Value::map([("colour", colour.into()), ("seal", NULL), ("key", NULL)]);
    let config =
        |note: &str, colour| with(with(rack(vec![]), "lid", lid(colour)), "note", note.into());
    let prior = applied(&config("a", "red"));
    let noted = planned(&prior, &config("b", "red"));
    assert_eq!(*noted.planned.get("lid").get("seal"), Value::Unknown);
    assert_eq!(noted.planned.get("lid").get("key"), prior.get("lid").get("key"));
    assert_eq!(noted.replace, []);
    let painted = planned(&prior, &config("a", "blue"));
    assert_eq!(painted.replace.iter().map(ToString::to_string).collect::<Vec<_>>(), ["lid.colour"]);
    let gone = planned(&prior, &with(rack(vec![]), "note", "a".into()));
    assert_eq!((gone.planned.get("lid"), gone.replace), (&NULL, vec![]));
}

/// Protocol 5 has no nested attributes, so an object is computed or configured as a whole.
#[test]
fn an_object_is_planned_as_a_whole() {
    let owner = |mail: Value| Value::map([("name", "a".into()), ("mail", mail)]);
    let config = |given: Value| with(rack(vec![]), "owner", given);
    let plan = |prior: &Value, given: Value| planned(prior, &config(given)).planned;
    let owned = |planned: &Value| planned.get("owner").clone();
    assert_eq!(owned(&plan(&NULL, NULL)), Value::Unknown);
    let prior = applied(&config(owner("b".into())));
    assert_eq!(owned(&plan(&prior, NULL)), owner("b".into()));
    for mail in [NULL, Value::Unknown, "c".into()] {
        assert_eq!(owned(&plan(&prior, owner(mail.clone()))), owner(mail));
    }
}

/// Returns any configuration.
fn any() -> impl Strategy<Value = Value> {
    let text = || select(vec![NULL, "a".into(), "b".into()]);
    let plugs = select(vec![&[][..], &["flat"], &["flat", "round"]]);
    let slot = (0..2_i64, text(), text(), plugs);
    let slot = slot.prop_map(|(number, make, name, plugs)| self::slot(number, make, name, plugs));
    (vec(slot, 0..4), text()).prop_map(|(slots, note)| with(rack(slots), "note", note))
}

#[test]
fn any_applied_configuration_plans_no_change() {
    let block = Rack::block();
    holds(&(any(), any()), |(from, to)| {
        let first = applied(&from);
        assert_eq!(plan(&block, &first, &from), Plan { planned: first.clone(), replace: vec![] });
        let wish = plan(&block, &first, &to).planned;
        let count = |rack: &Value| rack.get("slot").as_list().unwrap().len();
        assert_eq!(count(&wish), count(&to), "{from:?} -> {to:?}");
        let second = state(wish.clone());
        assert_eq!(apply::applied(&block, &wish, &second), second);
        let again = plan(&block, &second, &to);
        assert_eq!(again, Plan { planned: second, replace: vec![] }, "{from:?} -> {to:?}");
    });
}
