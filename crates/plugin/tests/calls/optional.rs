//! Timeouts, identities, and imports are optional.

use super::Session;
use super::lab::{Look, Rack};
use terraform_plugin::codec;
use terraform_plugin::model::Model;
use terraform_plugin::prelude::Value;
use terraform_plugin::proto::tfplugin5 as wire;
use terraform_plugin::proto::tfplugin5::provider_server::Provider as Calls;
use tonic::Request;

async fn import(session: &Session, name: &str) -> wire::import_resource_state::Response {
    let (type_name, id) = (name.to_owned(), "x".to_owned());
    let request = wire::import_resource_state::Request { type_name, id, ..Default::default() };
    session.service.import_resource_state(Request::new(request)).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_schema_has_the_declared_timeouts() {
    let schemas = Session::new().schemas().await;
    let blocks = |name: &str| {
        let block = schemas.resource_schemas[name].block.as_ref().unwrap();
        block.block_types.iter().map(|it| it.type_name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(blocks("lab_thing"), ["timeouts"]);
    assert_eq!(blocks("lab_rack"), ["slot"]);
    let look = schemas.data_source_schemas["lab_look"].block.as_ref().unwrap();
    assert_eq!(look.block_types, []);
}

#[tokio::test]
async fn an_operation_has_twenty_minutes_by_default() {
    let session = Session::new();
    let ty = Look::block().ty();
    let config = Value::map([("seconds", Value::Null)]);
    let request = wire::read_data_source::Request {
        type_name: "lab_look".to_owned(),
        config: Some(codec::encode(&config, &ty)),
        ..Default::default()
    };
    let answer = session.service.read_data_source(Request::new(request)).await.unwrap();
    let state = codec::decode(answer.into_inner().state.as_ref(), &ty).unwrap();
    assert_eq!(*state.get("seconds"), 1200.into());
}

#[tokio::test]
async fn only_a_resource_with_an_identity_sends_one() {
    let session = Session::new();
    let request = Request::new(wire::get_resource_identity_schemas::Request {});
    let answer = session.service.get_resource_identity_schemas(request).await.unwrap();
    let schemas = answer.into_inner().identity_schemas;
    assert_eq!(schemas.into_keys().collect::<Vec<_>>(), ["lab_thing"]);
    let imported = import(&session, "lab_thing").await.imported_resources;
    assert!(imported[0].identity.is_some());

    let rack = Value::map([("slot", Value::List(vec![]))]);
    let request = wire::read_resource::Request {
        type_name: "lab_rack".to_owned(),
        current_state: Some(codec::encode(&rack, &Rack::block().ty())),
        ..Default::default()
    };
    let read = session.service.read_resource(Request::new(request)).await.unwrap().into_inner();
    assert_eq!((read.new_identity, read.diagnostics), (None, vec![]));
    let request = wire::upgrade_resource_identity::Request {
        type_name: "lab_rack".to_owned(),
        ..Default::default()
    };
    let answer = session.service.upgrade_resource_identity(Request::new(request)).await;
    let found = answer.unwrap().into_inner().diagnostics;
    assert_eq!(found[0].summary, "lab_rack has no identity");
}

#[tokio::test]
async fn a_resource_without_an_import_cannot_be_imported() {
    let answer = import(&Session::new(), "lab_rack").await;
    assert_eq!(answer.imported_resources, []);
    assert_eq!(answer.diagnostics[0].summary, "lab_rack cannot be imported");
}
