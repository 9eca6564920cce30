//! Calls of the protocol, as Terraform makes them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, also in the functions it calls"
)]

mod derive;
mod ephemeral;
mod lab;
mod optional;
mod pages;
mod sets;
mod waits;
mod write_only;

use lab::Lab;
use terraform_plugin::codec;
use terraform_plugin::model::Model;
use terraform_plugin::prelude::{Service, Value};
use terraform_plugin::proto::tfplugin5 as wire;
use terraform_plugin::proto::tfplugin5::provider_server::Provider as Calls;
use terraform_plugin::serve::Lifecycle;
use tonic::Request;

/// Provider of these tests, and the lifecycle that it shares with its process.
struct Session {
    service: Service,
    lifecycle: Lifecycle,
    lab: Lab,
}

impl Session {
    fn new() -> Self {
        let (lifecycle, lab) = (Lifecycle::default(), Lab::default());
        Self { service: Service::new(lab.clone(), lifecycle.clone()), lifecycle, lab }
    }

    async fn schemas(&self) -> wire::get_provider_schema::Response {
        let request = Request::new(wire::get_provider_schema::Request {});
        self.service.get_schema(request).await.unwrap().into_inner()
    }

    /// Returns the plan of a change of a thing.
    async fn plan<M: Model>(
        &self,
        name: &str,
        prior: &Value,
        config: &Value,
    ) -> (Value, Vec<wire::AttributePath>) {
        let ty = M::block().ty();
        let request = wire::plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: Some(codec::encode(prior, &ty)),
            config: Some(codec::encode(config, &ty)),
            ..Default::default()
        };
        let answer = self.service.plan_resource_change(Request::new(request)).await.unwrap();
        let answer = answer.into_inner();
        assert_eq!(answer.diagnostics, []);
        let planned = codec::decode(answer.planned_state.as_ref(), &ty).unwrap();
        (planned, answer.requires_replace)
    }

    /// Returns the state after a change, and the diagnostics.
    async fn apply<M: Model>(
        &self,
        name: &str,
        prior: &Value,
        planned: &Value,
        config: &Value,
    ) -> (Value, Vec<wire::Diagnostic>) {
        let ty = M::block().ty();
        let request = wire::apply_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: Some(codec::encode(prior, &ty)),
            planned_state: Some(codec::encode(planned, &ty)),
            config: Some(codec::encode(config, &ty)),
            ..Default::default()
        };
        let answer = self.service.apply_resource_change(Request::new(request)).await.unwrap();
        let answer = answer.into_inner();
        (codec::decode(answer.new_state.as_ref(), &ty).unwrap(), answer.diagnostics)
    }
}

/// Formats a path as in a configuration.
fn path(path: &wire::AttributePath) -> String {
    use wire::attribute_path::step::Selector;
    let step = |step: &wire::attribute_path::Step| match step.selector.as_ref().unwrap() {
        Selector::AttributeName(name) => name.clone(),
        Selector::ElementKeyString(key) => key.clone(),
        Selector::ElementKeyInt(index) => index.to_string(),
    };
    path.steps.iter().map(step).collect::<Vec<_>>().join(".")
}
