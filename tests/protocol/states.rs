//! Stored state: an upgrade keeps it, whatever attributes it lacks.

use crate::samples::{self, Choice, Samples, state_after};
use crate::session::{Session, answered, decoded, errors, sound};
use crate::shape::Subject;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;
use serde_json::{Value as Json, json};

async fn upgrade(
    session: &Session,
    subject: &Subject,
    version: i64,
    state: &Json,
) -> wire::upgrade_resource_state::Response {
    let raw = wire::RawState { json: state.to_string().into_bytes(), ..Default::default() };
    let request = wire::upgrade_resource_state::Request {
        type_name: subject.name.clone(),
        version,
        raw_state: Some(raw),
    };
    let answer = session.calls().upgrade_resource_state(request).await;
    let answer = answered(&subject.name, answer);
    sound(&subject.name, answer.diagnostics.clone());
    answer
}

/// Asserts that a stored state is upgraded to this one.
async fn check(session: &Session, subject: &Subject, stored: &Json, state: &Value) {
    let answer = upgrade(session, subject, subject.version, stored).await;
    assert!(answer.diagnostics.is_empty(), "{}: {answer:#?}", subject.name);
    let upgraded = answer.upgraded_state.as_ref();
    assert_eq!(decoded(&subject.name, upgraded, &subject.ty), *state, "{}", subject.name);
}

/// Returns the state without null attributes.
fn sparse(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let there = members.iter().filter(|(_, member)| !member.is_null());
            there.map(|(name, member)| (name.clone(), sparse(member))).collect()
        }
        Json::Array(elements) => elements.iter().map(sparse).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_state_of_this_version_comes_back_as_it_was() {
    let session = Session::start().await;
    for samples in samples::resources().await {
        let subject = &samples.subject;
        for (_, config) in samples.all() {
            let planned = session.plan(subject, &Value::Null, config).await;
            let state = state_after(subject, &planned.value, Choice::Filled);
            let json = codec::to_json(&state, &subject.ty);
            check(&session, subject, &json, &state).await;
            check(&session, subject, &sparse(&json), &state).await;
        }
    }
}

#[tokio::test]
async fn a_state_with_only_an_id_is_upgraded() {
    let session = Session::start().await;
    for Samples { subject, .. } in samples::resources().await {
        let answer = upgrade(&session, subject, subject.version, &json!({"id": "x"})).await;
        assert!(answer.diagnostics.is_empty(), "{}: {answer:#?}", subject.name);
        let upgraded = answer.upgraded_state.as_ref();
        let state = decoded(&subject.name, upgraded, &subject.ty);
        assert_eq!(state.get("id").as_str(), Some("x"), "{}", subject.name);
    }
}

#[tokio::test]
async fn an_invalid_state_is_an_error() {
    let session = Session::start().await;
    for Samples { subject, .. } in samples::resources().await {
        let now = subject.version;
        let wrong = [
            (now, json!("text")),
            (now, json!({"id": {"not": "a text"}})),
            (now, json!({"no_such_attribute": 1})),
            (now + 1, json!({"id": "x"})),
            (-1, json!({})),
        ];
        for (version, state) in wrong {
            let answer = upgrade(&session, subject, version, &state).await;
            let errors = errors(&answer.diagnostics);
            assert!(!errors.is_empty(), "{}: version {version}: {state}", subject.name);
            assert!(errors.iter().all(|it| !it.detail.is_empty()), "{errors:#?}");
            assert!(answer.upgraded_state.is_none(), "{}", subject.name);
        }
    }
}

#[tokio::test]
async fn state_of_another_type_is_refused_by_name() {
    let session = Session::start().await;
    for Samples { subject, .. } in samples::resources().await {
        let request = wire::move_resource_state::Request {
            source_provider_address: "terraform.io/builtin/terraform".to_owned(),
            source_type_name: "terraform_data".to_owned(),
            target_type_name: subject.name.clone(),
            ..Default::default()
        };
        let answer = answered(&subject.name, session.calls().move_resource_state(request).await);
        let found = sound(&subject.name, answer.diagnostics);
        let said = format!("{} {}", found[0].summary, found[0].detail);
        assert!(said.contains("terraform_data") && said.contains(&subject.name), "{said}");
    }
}
