//! Calls that fail because the provider cannot sign in. They report an error and keep the state.

use crate::samples::{self, Choice, Samples, state_after};
use crate::session::{Session, answered, decoded, errors, sound};
use crate::shape::Subject;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;

/// Private data of the object.
const PRIVATE: &[u8] = br#"{"kept":"here"}"#;

/// Asserts that a call failed and that its error says what failed and why.
fn failed(subject: &Subject, found: &[wire::Diagnostic]) {
    let found = sound(&subject.label(), found.to_vec());
    let errors = errors(&found);
    assert!(!errors.is_empty(), "{}: no error, but {found:#?}", subject.label());
    assert!(errors.iter().all(|it| !it.detail.is_empty()), "{errors:#?}");
}

/// Reads an object, which fails, and returns the state that the provider keeps.
pub(crate) async fn read(session: &Session, subject: &Subject, state: &Value) -> Value {
    let ty = &subject.ty;
    let request = wire::read_resource::Request {
        type_name: subject.name.clone(),
        current_state: Some(codec::encode(state, ty)),
        private: PRIVATE.to_vec(),
        ..Default::default()
    };
    let answer = answered(&subject.name, session.calls().read_resource(request).await);
    failed(subject, &answer.diagnostics);
    assert_eq!(answer.private, PRIVATE, "{}: private data", subject.name);
    decoded(&subject.name, answer.new_state.as_ref(), ty)
}

pub(crate) async fn apply(
    session: &Session,
    subject: &Subject,
    values: [&Value; 3],
) -> (Value, Vec<wire::Diagnostic>) {
    let ty = &subject.ty;
    let [prior_state, planned_state, config] = values.map(|it| Some(codec::encode(it, ty)));
    let request = wire::apply_resource_change::Request {
        type_name: subject.name.clone(),
        prior_state,
        planned_state,
        config,
        planned_private: PRIVATE.to_vec(),
        ..Default::default()
    };
    let answer = answered(&subject.name, session.calls().apply_resource_change(request).await);
    assert!(!answer.legacy_type_system);
    assert_eq!(answer.private, PRIVATE, "{}: private data", subject.name);
    let state = decoded(&subject.name, answer.new_state.as_ref(), ty);
    (state, sound(&subject.name, answer.diagnostics))
}

#[tokio::test]
async fn a_read_that_fails_keeps_the_state() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        for config in [least, most] {
            let planned = session.plan(subject, &Value::Null, config).await;
            let state = state_after(subject, &planned.value, Choice::Filled);
            assert_eq!(read(&session, subject, &state).await, state, "{}", subject.name);
        }
    }
}

#[tokio::test]
async fn a_create_that_fails_leaves_nothing() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        for config in [least, most] {
            let planned = session.plan(subject, &Value::Null, config).await;
            let values = [&Value::Null, &planned.value, config];
            let (state, found) = apply(&session, subject, values).await;
            failed(subject, &found);
            assert_eq!(state, Value::Null, "{}", subject.name);
        }
    }
}

#[tokio::test]
async fn an_update_that_fails_keeps_the_state() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        let planned = session.plan(subject, &Value::Null, least).await;
        let state = state_after(subject, &planned.value, Choice::Filled);
        let planned = session.plan(subject, &state, most).await;
        let (after, found) = apply(&session, subject, [&state, &planned.value, most]).await;
        failed(subject, &found);
        assert_eq!(after, state, "{}", subject.name);
    }
}

/// Only a partial resource that leaves its object as it is may end without Azure.
#[tokio::test]
async fn a_delete_that_fails_keeps_the_state() {
    let session = Session::start().await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        for config in [least, most] {
            let planned = session.plan(subject, &Value::Null, config).await;
            let state = state_after(subject, &planned.value, Choice::Filled);
            let values = [&state, &Value::Null, &Value::Null];
            let (after, found) = apply(&session, subject, values).await;
            if errors(&found).is_empty() {
                assert_eq!(after, Value::Null, "{}", subject.name);
            } else {
                assert_eq!(after, state, "{}", subject.name);
            }
        }
    }
}

#[tokio::test]
async fn a_data_source_that_cannot_be_read_says_so() {
    let session = Session::start().await;
    let data = samples::all().await.iter().filter(|it| it.subject.is_data_source());
    for Samples { subject, least, most, .. } in data {
        for config in [least, most] {
            let request = wire::read_data_source::Request {
                type_name: subject.name.clone(),
                config: Some(codec::encode(config, &subject.ty)),
                ..Default::default()
            };
            let answer = session.calls().read_data_source(request).await;
            failed(subject, &answered(&subject.label(), answer).diagnostics);
        }
    }
}
