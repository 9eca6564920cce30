//! Blocks of a set, from plan to state.

use super::lab::Rack;
use super::{Session, path};
use terraform_plugin::prelude::Value;

const RACK: &str = "lab_rack";

fn rack(slots: &[(i64, &str, Value, Value)]) -> Value {
    let slot = |(number, make, serial, heat): &(i64, &str, Value, Value)| {
        let make = if make.is_empty() { Value::Null } else { (*make).into() };
        Value::map([
            ("number", (*number).into()),
            ("make", make),
            ("serial", serial.clone()),
            ("heat", heat.clone()),
        ])
    };
    Value::map([("slot", Value::set(slots.iter().map(slot).collect()))])
}

fn config(slots: &[(i64, &str)]) -> Value {
    let null = || Value::Null;
    rack(&slots.iter().map(|(number, make)| (*number, *make, null(), null())).collect::<Vec<_>>())
}

#[tokio::test]
async fn elements_keep_computed_values_when_others_change() {
    let session = Session::new();
    let first = config(&[(1, "a"), (2, "")]);
    let (planned, _) = session.plan::<Rack>(RACK, &Value::Null, &first).await;
    let unknown = || Value::Unknown;
    assert_eq!(planned, rack(&[(1, "a", unknown(), unknown()), (2, "", unknown(), unknown())]));
    let (state, found) = session.apply::<Rack>(RACK, &Value::Null, &planned, &first).await;
    let expected = rack(&[(1, "a", "s1".into(), 21.into()), (2, "", "s2".into(), 22.into())]);
    assert_eq!((state.clone(), found), (expected, vec![]));
    assert_eq!(session.plan::<Rack>(RACK, &state, &first).await, (state.clone(), vec![]));

    let second = config(&[(0, ""), (1, "a")]);
    let (planned, replace) = session.plan::<Rack>(RACK, &state, &second).await;
    assert_eq!(planned, rack(&[(0, "", unknown(), unknown()), (1, "a", "s1".into(), unknown())]));
    assert_eq!(replace.iter().map(path).collect::<Vec<_>>(), [""; 0]);
    let (state, _) = session.apply::<Rack>(RACK, &state, &planned, &second).await;
    let expected = rack(&[(0, "", "s0".into(), 20.into()), (1, "a", "s1".into(), 21.into())]);
    assert_eq!(state, expected);

    let (_, replace) = session.plan::<Rack>(RACK, &state, &config(&[(0, ""), (1, "b")])).await;
    assert_eq!(replace.iter().map(path).collect::<Vec<_>>(), ["slot"]);
}
