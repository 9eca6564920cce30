//! Ephemeral resources: they are opened, renewed, closed, and stored nowhere.

use super::Session;
use super::lab::{Session as Model, soon};
use terraform_plugin::codec;
use terraform_plugin::model::Model as _;
use terraform_plugin::prelude::Value;
use terraform_plugin::proto::tfplugin5 as wire;
use terraform_plugin::proto::tfplugin5::provider_server::Provider as Calls;
use tonic::Request;

const NAME: &str = "lab_session";

fn config(user: impl Into<Value>) -> Value {
    Value::map([("user", user.into()), ("minutes", Value::Null), ("token", Value::Null)])
}

async fn open(
    session: &Session,
    name: &str,
    user: &str,
) -> wire::open_ephemeral_resource::Response {
    let request = wire::open_ephemeral_resource::Request {
        type_name: name.to_owned(),
        config: Some(codec::encode(&config(user), &Model::block().ty())),
        client_capabilities: None,
    };
    session.service.open_ephemeral_resource(Request::new(request)).await.unwrap().into_inner()
}

async fn close(session: &Session, private: Option<Vec<u8>>) -> Vec<wire::Diagnostic> {
    let type_name = NAME.to_owned();
    let request = wire::close_ephemeral_resource::Request { type_name, private };
    let answer = session.service.close_ephemeral_resource(Request::new(request)).await;
    answer.unwrap().into_inner().diagnostics
}

#[tokio::test]
async fn an_ephemeral_resource_is_in_schemas_and_metadata() {
    let session = Session::new();
    let schemas = session.schemas().await.ephemeral_resource_schemas;
    let block = schemas[NAME].block.as_ref().unwrap();
    let token = block.attributes.iter().find(|it| it.name == "token").unwrap();
    assert!(token.computed && token.sensitive);
    let request = Request::new(wire::get_metadata::Request {});
    let metadata = session.service.get_metadata(request).await.unwrap().into_inner();
    let names: Vec<&str> =
        metadata.ephemeral_resources.iter().map(|it| it.type_name.as_str()).collect();
    assert_eq!(names, [NAME]);
}

#[tokio::test]
async fn known_values_of_a_configuration_are_checked() {
    let session = Session::new();
    for (user, faults) in [(Value::Unknown, 0), ("a".into(), 0), ("nobody".into(), 1)] {
        let request = wire::validate_ephemeral_resource_config::Request {
            type_name: NAME.to_owned(),
            config: Some(codec::encode(&config(user), &Model::block().ty())),
        };
        let answer =
            session.service.validate_ephemeral_resource_config(Request::new(request)).await;
        assert_eq!(answer.unwrap().into_inner().diagnostics.len(), faults);
    }
}

#[tokio::test]
async fn renewals_and_closes_receive_the_private_data() {
    let session = Session::new();
    let opened = open(&session, NAME, "a").await;
    let result = codec::decode(opened.result.as_ref(), &Model::block().ty()).unwrap();
    let expected = [("user", "a".into()), ("minutes", 5.into()), ("token", "token of a".into())];
    assert_eq!(result, Value::map(expected));
    assert_eq!(opened.renew_at, Some(soon().into()));
    assert_eq!(opened.diagnostics.len(), 1, "a warning");

    let type_name = NAME.to_owned();
    let request = wire::renew_ephemeral_resource::Request { type_name, private: opened.private };
    let renewed = session.service.renew_ephemeral_resource(Request::new(request)).await;
    let renewed = renewed.unwrap().into_inner();
    assert_eq!((renewed.renew_at, renewed.diagnostics), (None, vec![]));

    // An interrupt ends the run, but an open resource is still closed.
    session.lifecycle.stop.cancel();
    assert_eq!(close(&session, renewed.private).await, []);
    assert_eq!(session.lab.done(), [r#"renew "a""#, r#"close "a" true false"#]);
}

#[tokio::test]
async fn a_failed_open_is_an_error_and_a_panic_does_not_end_the_process() {
    let session = Session::new();
    for (name, user, summary) in [
        (NAME, "thief", "No session for thieves"),
        (NAME, "crash", "The provider crashed"),
        ("lab_nothing", "a", "lab_nothing does not exist"),
    ] {
        let opened = open(&session, name, user).await;
        assert_eq!(opened.diagnostics[0].summary, summary);
        let result = codec::decode(opened.result.as_ref(), &Model::block().ty());
        assert_eq!((result, opened.private), (Ok(Value::Null), None));
    }
    // It has no private data, which this one needs.
    assert_eq!(close(&session, None).await[0].summary, "The provider crashed");
    assert_eq!(open(&session, NAME, "a").await.diagnostics.len(), 1);
}
