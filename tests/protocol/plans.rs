//! Rules of planning that hold for every resource.

use crate::places;
use crate::rules::unkept;
use crate::samples::{self, Choice, Samples, state_after};
use crate::session::{Session, errors};
use crate::shape::Subject;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;

/// Returns the state that a configuration leads to. Collections that Azure fills are empty, because
/// elements could contradict the configuration, and a plan that changes something would be right.
async fn made(session: &Session, subject: &Subject, config: &Value) -> Value {
    made_with(session, subject, config, Choice::Empty).await
}

async fn made_with(session: &Session, subject: &Subject, config: &Value, choice: Choice) -> Value {
    let planned = session.plan(subject, &Value::Null, config).await;
    let errors = errors(&planned.found);
    assert!(errors.is_empty(), "{}: {errors:#?}", subject.name);
    state_after(subject, &planned.value, choice)
}

#[tokio::test]
async fn a_plan_without_changes_is_empty() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        for config in [least, most] {
            let state = made(&session, subject, config).await;
            let planned = session.plan(subject, &state, config).await;
            assert_eq!(planned.value, state, "{}", subject.name);
            assert!(planned.replace.is_empty(), "{}: {:?}", subject.name, planned.replace);
            let errors = errors(&planned.found);
            assert!(errors.is_empty(), "{}: {errors:#?}", subject.name);
        }
    }
}

#[tokio::test]
async fn the_plan_of_a_destroy_is_null() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        for config in [least, most] {
            let state = made(&session, subject, config).await;
            let planned = session.plan(subject, &state, &Value::Null).await;
            assert_eq!(planned.value, Value::Null, "{}", subject.name);
            assert!(planned.replace.is_empty(), "{}: {:?}", subject.name, planned.replace);
            let errors = errors(&planned.found);
            assert!(errors.is_empty(), "{}: {errors:#?}", subject.name);
        }
    }
}

/// Terraform plans again during the apply, with more known values.
#[tokio::test]
async fn a_later_plan_keeps_known_values() {
    let session = Session::start().await;
    let mut faults = Vec::new();
    for Samples { subject, least, most, .. } in samples::resources().await {
        let ty = &subject.ty;
        let small = made_with(&session, subject, least, Choice::Filled).await;
        let great = made_with(&session, subject, most, Choice::Filled).await;
        for prior in [&Value::Null, &small, &great] {
            let later = session.plan(subject, prior, most).await.value;
            for changed in places::unknown(&subject.shape, most) {
                let early = session.plan(subject, prior, &changed.value).await.value;
                let (name, path) = (&subject.name, &changed.path);
                let broken = unkept(ty, &early, &later);
                faults.extend(broken.iter().map(|it| format!("{name}: {path} unknown: {it}")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn a_plan_is_deterministic() {
    let session = Session::start().await;
    for Samples { subject, most, .. } in samples::resources().await {
        let state = made(&session, subject, most).await;
        for prior in [&Value::Null, &state] {
            let first = session.plan(subject, prior, most).await;
            assert_eq!(first, session.plan(subject, prior, most).await, "{}", subject.name);
        }
    }
}

/// A message can express null in three ways.
#[tokio::test]
async fn null_and_absent_are_equal() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        let ty = &subject.ty;
        let nil = codec::encode(&Value::Null, ty);
        let json = wire::DynamicValue { json: b"null".to_vec(), msgpack: Vec::new() };
        for config in [least, most] {
            let mut answers = Vec::new();
            let nothings = [None, Some(wire::DynamicValue::default()), Some(nil.clone())];
            for prior_state in nothings.into_iter().chain([Some(json.clone())]) {
                let request = wire::plan_resource_change::Request {
                    type_name: subject.name.clone(),
                    prior_state,
                    config: Some(codec::encode(config, ty)),
                    ..Default::default()
                };
                answers.push(session.plan_as(subject, request).await);
            }
            assert!(answers.iter().all(|it| *it == answers[0]), "{}", subject.name);
        }
    }
}
