//! Calls with values instead of bytes. Every call asserts that it ends neither in a gRPC status nor
//! in a crash.

use crate::process::{Process, Start};
use crate::shape::{Kind, Subject};
use plugin::codec;
use plugin::path::Path;
use plugin::proto::tfplugin5 as wire;
use plugin::proto::tfplugin5::provider_client::ProviderClient;
use plugin::ty::Type;
use plugin::value::Value;
use tonic::transport::Channel;
use tonic::{Response, Status};

/// A process and a connection to it.
pub(crate) struct Session {
    pub(crate) process: Process,
    calls: ProviderClient<Channel>,
}

/// The response of a plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Planned {
    pub(crate) value: Value,
    pub(crate) replace: Vec<Path>,
    pub(crate) private: Vec<u8>,
    pub(crate) found: Vec<wire::Diagnostic>,
}

impl Session {
    /// Starts a provider without TLS, which would take most of the time of thousands of calls.
    pub(crate) async fn start() -> Self {
        Self::of(Start::plaintext().run().await).await
    }

    /// Connects to a process.
    pub(crate) async fn of(process: Process) -> Self {
        let calls = process.calls().await;
        Self { process, calls }
    }

    /// Returns a client for a call.
    pub(crate) fn calls(&self) -> ProviderClient<Channel> {
        self.calls.clone()
    }

    pub(crate) async fn schemas(&self) -> wire::get_provider_schema::Response {
        let answer = self.calls().get_schema(wire::get_provider_schema::Request {}).await;
        answered("GetSchema", answer)
    }

    /// Returns everything that has a configuration, the provider first.
    pub(crate) async fn subjects(&self) -> Vec<Subject> {
        Subject::all(&self.schemas().await)
    }

    /// Validates a configuration.
    pub(crate) async fn validate(&self, of: &Subject, config: &Value) -> Vec<wire::Diagnostic> {
        let (mut calls, type_name) = (self.calls(), of.name.clone());
        let config = Some(codec::encode(config, &of.ty));
        let found = match of.kind {
            Kind::Provider => {
                let request = wire::prepare_provider_config::Request { config: config.clone() };
                let answer = answered(&of.name, calls.prepare_provider_config(request).await);
                assert_eq!(answer.prepared_config, config, "it is to come back as it was");
                answer.diagnostics
            }
            Kind::Resource => {
                let allowed = wire::ClientCapabilities {
                    write_only_attributes_allowed: true,
                    ..Default::default()
                };
                let request = wire::validate_resource_type_config::Request {
                    type_name,
                    config,
                    client_capabilities: Some(allowed),
                };
                let answer = calls.validate_resource_type_config(request).await;
                answered(&of.name, answer).diagnostics
            }
            Kind::DataSource => {
                let request = wire::validate_data_source_config::Request { type_name, config };
                let answer = calls.validate_data_source_config(request).await;
                answered(&of.name, answer).diagnostics
            }
            Kind::Action => {
                let request = wire::validate_action_config::Request { type_name, config };
                let answer = calls.validate_action_config(request).await;
                answered(&of.name, answer).diagnostics
            }
            Kind::List => {
                let request = wire::validate_list_resource_config::Request {
                    type_name,
                    config,
                    ..Default::default()
                };
                let answer = calls.validate_list_resource_config(request).await;
                answered(&of.name, answer).diagnostics
            }
        };
        sound(&of.label(), found)
    }

    pub(crate) async fn configure(
        &self,
        provider: &Subject,
        config: &Value,
    ) -> Vec<wire::Diagnostic> {
        let request = wire::configure::Request {
            terraform_version: "1.11.4".to_owned(),
            config: Some(codec::encode(config, &provider.shape.ty())),
            ..Default::default()
        };
        let answer = self.calls().configure(request).await;
        sound("Configure", answered("Configure", answer).diagnostics)
    }

    /// Plans a change with the state that Terraform would propose.
    pub(crate) async fn plan(&self, of: &Subject, prior: &Value, config: &Value) -> Planned {
        let ty = &of.ty;
        let proposed = crate::rules::proposed(&of.shape, prior, config);
        let request = wire::plan_resource_change::Request {
            type_name: of.name.clone(),
            prior_state: Some(codec::encode(prior, ty)),
            proposed_new_state: Some(codec::encode(&proposed, ty)),
            config: Some(codec::encode(config, ty)),
            prior_private: br#"{"kept":"here"}"#.to_vec(),
            ..Default::default()
        };
        self.plan_as(of, request).await
    }

    /// Plans a change by a request.
    pub(crate) async fn plan_as(
        &self,
        of: &Subject,
        request: wire::plan_resource_change::Request,
    ) -> Planned {
        let label = &of.name;
        let answer = answered(label, self.calls().plan_resource_change(request).await);
        assert!(!answer.legacy_type_system, "{label}: Terraform would check nothing");
        Planned {
            value: decoded(label, answer.planned_state.as_ref(), &of.ty),
            replace: answer.requires_replace.iter().map(path).collect(),
            private: answer.planned_private,
            found: sound(label, answer.diagnostics),
        }
    }

    pub(crate) async fn import(
        &self,
        name: &str,
        id: &str,
    ) -> wire::import_resource_state::Response {
        let (type_name, id) = (name.to_owned(), id.to_owned());
        let request = wire::import_resource_state::Request { type_name, id, ..Default::default() };
        let answer = answered(name, self.calls().import_resource_state(request).await);
        sound(name, answer.diagnostics.clone());
        answer
    }

    pub(crate) async fn stop(&self) {
        answered("Stop", self.calls().stop(wire::stop::Request {}).await);
    }
}

/// Returns the response of a call, which must not be a status: Terraform reports a status poorly
/// and loses what was created.
pub(crate) fn answered<T>(label: &str, answer: Result<Response<T>, Status>) -> T {
    answer.unwrap_or_else(|status| panic!("{label}: {status}")).into_inner()
}

/// Returns diagnostics after it asserts their form.
pub(crate) fn sound(label: &str, found: Vec<wire::Diagnostic>) -> Vec<wire::Diagnostic> {
    for it in &found {
        assert!(!it.summary.contains("crashed"), "{label}: {it:#?}");
        assert!(!it.summary.trim().is_empty(), "{label}: {it:#?}");
        assert!(!it.summary.ends_with('.'), "{label}: {it:#?}");
        assert!(matches!(it.severity, 1 | 2), "{label}: {it:#?}");
    }
    found
}

/// Returns the errors among diagnostics.
pub(crate) fn errors(found: &[wire::Diagnostic]) -> Vec<&wire::Diagnostic> {
    let error = wire::diagnostic::Severity::Error;
    found.iter().filter(|it| it.severity() == error).collect()
}

/// Decodes a value of a response.
pub(crate) fn decoded(label: &str, value: Option<&wire::DynamicValue>, ty: &Type) -> Value {
    codec::decode(value, ty).unwrap_or_else(|fault| panic!("{label}: {fault}"))
}

/// Decodes a path of a response.
pub(crate) fn path(path: &wire::AttributePath) -> Path {
    use wire::attribute_path::step::Selector;
    path.steps.iter().fold(Path::root(), |path, step| match step.selector.as_ref().unwrap() {
        Selector::AttributeName(name) => path.attribute(name),
        Selector::ElementKeyString(key) => path.key(key),
        Selector::ElementKeyInt(index) => path.index(usize::try_from(*index).unwrap()),
    })
}
