//! Write-only attributes: their values reach the resource and are stored nowhere.

use super::lab::Vault;
use super::{Session, path};
use terraform_plugin::codec;
use terraform_plugin::prelude::*;
use terraform_plugin::proto::tfplugin5 as wire;
use terraform_plugin::proto::tfplugin5::provider_server::Provider as Calls;
use terraform_plugin::serve::Lifecycle;
use tonic::Request;

const VAULT: &str = "lab_vault";

fn vault(name: &str, key: Value, codes: &[Value]) -> Value {
    let door = |(number, code): (i64, &Value)| {
        Value::map([("number", number.into()), ("code", code.clone())])
    };
    let doors = (1..).zip(codes).map(door).collect();
    Value::map([("name", name.into()), ("key", key), ("door", Value::List(doors))])
}

/// As it is in a state.
fn kept(name: &str, doors: usize) -> Value {
    vault(name, Value::Null, &vec![Value::Null; doors])
}

#[tokio::test]
async fn the_schema_marks_write_only_attributes() {
    let schemas = Session::new().schemas().await;
    assert_eq!(schemas.diagnostics, []);
    let block = schemas.resource_schemas[VAULT].block.as_ref().unwrap();
    let key = block.attributes.iter().find(|it| it.name == "key").unwrap();
    assert!(key.write_only && key.required && key.sensitive && !key.computed);
    let door = block.block_types[0].block.as_ref().unwrap();
    let code = door.attributes.iter().find(|it| it.name == "code").unwrap();
    assert!(code.write_only && code.optional && !code.sensitive);
}

#[tokio::test]
async fn an_older_terraform_must_not_set_them() {
    let session = Session::new();
    let config = vault("a", Value::Unknown, &[Value::Null, "5".into()]);
    for allowed in [true, false] {
        let request = wire::validate_resource_type_config::Request {
            type_name: VAULT.to_owned(),
            config: Some(codec::encode(&config, &Vault::block().ty())),
            client_capabilities: Some(wire::ClientCapabilities {
                write_only_attributes_allowed: allowed,
                ..Default::default()
            }),
        };
        let answer = session.service.validate_resource_type_config(Request::new(request)).await;
        let found = answer.unwrap().into_inner().diagnostics;
        let paths: Vec<String> =
            found.iter().map(|it| path(it.attribute.as_ref().unwrap())).collect();
        let refused: &[&str] = if allowed { &[] } else { &["key", "door.1.code"] };
        assert_eq!(paths, refused);
    }
}

#[tokio::test]
async fn values_reach_create_and_update_but_no_plan_or_state() {
    let session = Session::new();
    let config = vault("a", "k".into(), &["c".into(), Value::Null]);
    let (planned, _) = session.plan::<Vault>(VAULT, &Value::Null, &config).await;
    assert_eq!(planned, kept("a", 2));
    let (state, found) = session.apply::<Vault>(VAULT, &Value::Null, &planned, &config).await;
    assert_eq!((state.clone(), found), (kept("a", 2), vec![]));
    assert_eq!(session.lab.done(), [r#"create a Some("k") [Some("c"), None]"#]);

    // A changed value alone is no change.
    let config = vault("a", "l".into(), &[Value::Null, "d".into()]);
    assert_eq!(session.plan::<Vault>(VAULT, &state, &config).await, (state.clone(), vec![]));
    let config = vault("b", "l".into(), &[Value::Null, "d".into()]);
    let (planned, _) = session.plan::<Vault>(VAULT, &state, &config).await;
    let (state, _) = session.apply::<Vault>(VAULT, &state, &planned, &config).await;
    assert_eq!(state, kept("b", 2));
    assert_eq!(session.lab.done(), [r#"update b Some("l") [None, Some("d")]"#]);
    session.apply::<Vault>(VAULT, &state, &Value::Null, &Value::Null).await;
    assert_eq!(session.lab.done(), ["delete b None [None, None]"]);
}

#[tokio::test]
async fn a_read_and_an_upgrade_have_no_values() {
    let (session, ty) = (Session::new(), Vault::block().ty());
    let request = wire::read_resource::Request {
        type_name: VAULT.to_owned(),
        current_state: Some(codec::encode(&kept("a", 1), &ty)),
        ..Default::default()
    };
    let answer = session.service.read_resource(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(codec::decode(answer.new_state.as_ref(), &ty), Ok(kept("a", 1)));
    assert_eq!(answer.diagnostics, []);
    assert_eq!(session.lab.done(), ["read a None [None]"]);
    let stored = br#"{"name": "a", "key": "k", "door": [{"number": 1, "code": "c"}]}"#;
    for version in [0, 1] {
        let request = wire::upgrade_resource_state::Request {
            type_name: VAULT.to_owned(),
            version,
            raw_state: Some(wire::RawState { json: stored.to_vec(), ..Default::default() }),
        };
        let answer = session.service.upgrade_resource_state(Request::new(request)).await;
        let state = answer.unwrap().into_inner().upgraded_state;
        assert_eq!(codec::decode(state.as_ref(), &ty), Ok(kept("a", 1)), "version {version}");
    }
}

/// Provider with write-only attributes where Terraform does not accept them.
struct Wrong;

/// Settings.
#[derive(Model)]
struct Settings {
    /// Key.
    key: Option<WriteOnly<String>>,
}

impl Provider for Wrong {
    fn block(&self) -> Block {
        Settings::block()
    }
}

#[tokio::test]
async fn the_schema_with_misplaced_attributes_is_refused() {
    let service = Service::new(Wrong, Lifecycle::default());
    let request = Request::new(wire::get_provider_schema::Request {});
    let found = service.get_schema(request).await.unwrap().into_inner().diagnostics;
    let [fault] = &found[..] else { panic!("{found:?}") };
    assert_eq!(fault.summary, "`key` of provider cannot be write-only");
}
