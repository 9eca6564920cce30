//! Identities name the same object as its ID.

use crate::pool::import_id;
use crate::samples::{self, Choice, Samples, state_after};
use crate::session::{Session, answered, decoded, errors, sound};
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::ty::Type;
use plugin::value::Value;
use std::collections::BTreeMap;

/// Identity schemas, by resource.
pub(crate) struct Identities(BTreeMap<String, wire::ResourceIdentitySchema>);

impl Identities {
    pub(crate) async fn of(session: &Session) -> Self {
        let request = wire::get_resource_identity_schemas::Request::default();
        let answer = session.calls().get_resource_identity_schemas(request).await;
        let answer = answered("GetResourceIdentitySchemas", answer);
        assert!(answer.diagnostics.is_empty());
        Self(answer.identity_schemas.into_iter().collect())
    }

    pub(crate) fn ty(&self, resource: &str) -> Type {
        let parts = self.0[resource].identity_attributes.iter();
        Type::object(parts.map(|part| (part.name.as_str(), Type::String)))
    }

    /// Decodes an identity of a response and asserts that every attribute is known.
    pub(crate) fn read(&self, resource: &str, data: Option<&wire::ResourceIdentityData>) -> Value {
        let data = data.unwrap_or_else(|| panic!("{resource} has no identity"));
        let value = decoded(resource, data.identity_data.as_ref(), &self.ty(resource));
        let parts = value.as_map().unwrap_or_else(|| panic!("{resource}: no identity"));
        for (name, part) in parts {
            assert!(
                part.as_str().is_some_and(|it| !it.is_empty()),
                "{resource}: {name} is {part:?}"
            );
        }
        value
    }

    pub(crate) fn write(&self, resource: &str, identity: &Value) -> wire::ResourceIdentityData {
        let identity_data = Some(codec::encode(identity, &self.ty(resource)));
        wire::ResourceIdentityData { identity_data }
    }
}

/// Imports by identity. Returns the state and the identity, or the errors.
pub(crate) async fn import(
    session: &Session,
    identities: &Identities,
    samples: &Samples,
    identity: &Value,
) -> Result<(Value, Value), Vec<wire::Diagnostic>> {
    let name = &samples.subject.name;
    let request = wire::import_resource_state::Request {
        type_name: name.clone(),
        identity: Some(identities.write(name, identity)),
        ..Default::default()
    };
    let answer = answered(name, session.calls().import_resource_state(request).await);
    let found = sound(name, answer.diagnostics);
    let [object] = &answer.imported_resources[..] else { return Err(found) };
    let state = decoded(name, object.state.as_ref(), &samples.subject.ty);
    Ok((state, identities.read(name, object.identity.as_ref())))
}

fn oddly(value: &Value) -> Value {
    let odd = |(index, letter): (usize, char)| {
        if index % 2 == 0 { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    };
    let text = |text: &str| text.chars().enumerate().map(odd).collect::<String>();
    let parts = value.as_map().unwrap().iter();
    Value::map(parts.map(|(name, part)| (name.as_str(), text(part.as_str().unwrap()).into())))
}

#[tokio::test]
async fn every_resource_has_an_identity_that_terraform_accepts() {
    let session = Session::start().await;
    let Identities(schemas) = Identities::of(&session).await;
    let resources: Vec<_> = samples::resources().await.map(|it| &it.subject.name).collect();
    assert_eq!(schemas.keys().collect::<Vec<_>>(), resources);
    for (name, schema) in &schemas {
        assert_eq!(schema.version, 0, "{name}");
        let mut parts: Vec<_> = schema.identity_attributes.iter().map(|it| &it.name).collect();
        assert!(!parts.is_empty(), "{name}");
        for part in &schema.identity_attributes {
            let place = format!("{name}.{}", part.name);
            assert_eq!(part.r#type, b"\"string\"", "{place}");
            assert!(part.required_for_import != part.optional_for_import, "{place}");
            assert!(part.description.ends_with('.'), "{place}: {}", part.description);
        }
        parts.sort();
        parts.dedup();
        assert_eq!(parts.len(), schema.identity_attributes.len(), "{name}: a part is there twice");
    }
}

#[tokio::test]
async fn an_import_by_identity_equals_the_import_by_id() {
    let session = Session::start().await;
    let identities = Identities::of(&session).await;
    for samples in samples::resources().await {
        let subject = &samples.subject;
        let answer = session.import(&subject.name, &import_id(&subject.name)).await;
        let [object] = &answer.imported_resources[..] else { panic!("{answer:#?}") };
        let by_id = decoded(&subject.name, object.state.as_ref(), &subject.ty);
        let identity = identities.read(&subject.name, object.identity.as_ref());
        let (state, same) = import(&session, &identities, samples, &identity).await.unwrap();
        assert_eq!((state, same), (by_id.clone(), identity.clone()), "{}", subject.name);
        let (state, odd) = import(&session, &identities, samples, &oddly(&identity)).await.unwrap();
        let id = |state: &Value| state.get("id").as_str().unwrap().to_lowercase();
        assert_eq!(id(&state), id(&by_id), "{}", subject.name);
        assert_eq!(oddly(&odd), oddly(&identity), "{}", subject.name);
    }
}

#[tokio::test]
async fn an_identity_that_lacks_a_part_or_names_nothing_is_an_error() {
    let session = Session::start().await;
    let identities = Identities::of(&session).await;
    for samples in samples::resources().await {
        let name = &samples.subject.name;
        let answer = session.import(name, &import_id(name)).await;
        let identity = answer.imported_resources[0].identity.as_ref();
        let identity = identities.read(name, identity);
        for part in &identities.0[name].identity_attributes {
            for wrong in [Value::Null, "".into(), "a/b".into(), "..".into(), "a b?c".into()] {
                let mut broken = identity.clone();
                broken.set_entry(&part.name, wrong.clone());
                let imported = import(&session, &identities, samples, &broken).await;
                // Without a configuration there is no default subscription.
                let found = match imported {
                    Err(found) => found,
                    // Only Azure can judge a name that is not part of a path.
                    Ok((state, _)) if part.name == "connection_name" => {
                        panic!("{name}: {wrong:?} becomes {state:#?}")
                    }
                    Ok((state, _)) => panic!("{name}.{}: {state:#?}", part.name),
                };
                let errors = errors(&found);
                assert!(!errors.is_empty(), "{name}.{}: {wrong:?}", part.name);
                assert!(errors.iter().all(|it| !it.detail.is_empty()), "{errors:#?}");
            }
        }
    }
}

async fn upgrade(
    session: &Session,
    name: &str,
    version: i64,
    json: &str,
) -> wire::upgrade_resource_identity::Response {
    let raw = wire::RawState { json: json.as_bytes().to_vec(), ..Default::default() };
    let request = wire::upgrade_resource_identity::Request {
        type_name: name.to_owned(),
        version,
        raw_identity: Some(raw),
    };
    let answer = answered(name, session.calls().upgrade_resource_identity(request).await);
    sound(name, answer.diagnostics.clone());
    answer
}

#[tokio::test]
async fn a_stored_identity_comes_back_as_it_was() {
    let session = Session::start().await;
    let identities = Identities::of(&session).await;
    for Samples { subject, .. } in samples::resources().await {
        let name = &subject.name;
        let answer = session.import(name, &import_id(name)).await;
        let identity = identities.read(name, answer.imported_resources[0].identity.as_ref());
        let json = codec::to_json(&identity, &identities.ty(name)).to_string();
        let upgraded = upgrade(&session, name, 0, &json).await.upgraded_identity;
        assert_eq!(identities.read(name, upgraded.as_ref()), identity);
        for (version, json) in [(1, json.as_str()), (0, "no JSON"), (0, r#"{"other": "x"}"#)] {
            let answer = upgrade(&session, name, version, json).await;
            assert!(!errors(&answer.diagnostics).is_empty(), "{name}: {version} {json}");
        }
    }
}

/// An update keeps the identity. A create has an identity as soon as the ID is known.
#[tokio::test]
async fn a_plan_and_a_failure_keep_the_identity() {
    let session = Session::start().await;
    let identities = Identities::of(&session).await;
    for Samples { subject, least, most, .. } in samples::resources().await {
        let (name, ty) = (&subject.name, &subject.ty);
        let planned = session.plan(subject, &Value::Null, least).await;
        let state = state_after(subject, &planned.value, Choice::Filled);
        let identity = session.import(name, &import_id(name)).await;
        let identity = identity.imported_resources[0].identity.clone();
        let known = identities.read(name, identity.as_ref());
        let encoded = |value: &Value| Some(codec::encode(value, ty));
        for prior_identity in [identity.clone(), None] {
            let request = wire::plan_resource_change::Request {
                type_name: name.clone(),
                prior_state: encoded(&state),
                proposed_new_state: encoded(most),
                config: encoded(most),
                prior_identity,
                ..Default::default()
            };
            let answer = answered(name, session.calls().plan_resource_change(request).await);
            assert_eq!(identities.read(name, answer.planned_identity.as_ref()), known, "{name}");
        }
        let request = wire::read_resource::Request {
            type_name: name.clone(),
            current_state: encoded(&state),
            current_identity: identity.clone(),
            ..Default::default()
        };
        let answer = answered(name, session.calls().read_resource(request).await);
        assert!(!errors(&answer.diagnostics).is_empty(), "{name} cannot be read here");
        assert_eq!(identities.read(name, answer.new_identity.as_ref()), known, "{name}");
        let request = wire::apply_resource_change::Request {
            type_name: name.clone(),
            prior_state: encoded(&state),
            planned_state: encoded(&state),
            config: encoded(least),
            planned_identity: identity,
            ..Default::default()
        };
        let answer = answered(name, session.calls().apply_resource_change(request).await);
        assert_eq!(identities.read(name, answer.new_identity.as_ref()), known, "{name}");
    }
}
