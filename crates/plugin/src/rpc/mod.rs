//! Service `tfplugin5.Provider`: converts messages to values and back.
//!
//! Every call returns a response: errors are diagnostics, never gRPC statuses, because Terraform
//! would forget a created object after a status. Each call runs as a task, so a closed connection
//! does not interrupt it and a panic does not spread.

mod action;
mod answer;
mod configs;
mod ephemeral;
mod identity;
mod list;
mod moves;
mod schemas;

use crate::codec::CodecError;
use crate::context::{Context, TIMEOUT};
use crate::data_source::AnyDataSource;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::proto::tfplugin5 as wire;
use crate::provider::{Catalogue, Provider};
use crate::resource::AnyResource;
use crate::schema::Schema;
use crate::serve::Lifecycle;
use crate::timeouts::Action;
use crate::value::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

/// Serves a [`Provider`] over protocol 5.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    provider: Box<dyn Provider>,
    catalogue: Catalogue,
    lifecycle: Lifecycle,
    /// Diagnostics with `once` that have been reported.
    told: Mutex<Vec<Diagnostic>>,
}

impl Service {
    /// Creates a service whose calls stop when the lifecycle asks them to.
    pub fn new(provider: impl Provider, lifecycle: Lifecycle) -> Self {
        let catalogue = Catalogue::of(&provider);
        let provider = Box::new(provider);
        Self { inner: Arc::new(Inner { provider, catalogue, lifecycle, told: Mutex::default() }) }
    }

    /// Returns the error of a provider without ephemeral resources, which lacks their calls.
    fn has_ephemeral_resources(&self) -> Result<(), Status> {
        match self.inner.catalogue.ephemeral_resources.is_empty() {
            true => Err(Status::unimplemented("the provider has no ephemeral resources")),
            false => Ok(()),
        }
    }

    /// Runs a call to its end, even if the client disconnects. A panic becomes a response.
    async fn run<T, F>(&self, call: F, crashed: impl FnOnce(Diagnostics) -> T) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        match self.inner.lifecycle.work.spawn(call).await {
            Ok(answer) => answer,
            Err(fault) => {
                tracing::error!(%fault, "a call panicked");
                crashed(crash().into())
            }
        }
    }
}

fn crash() -> Diagnostic {
    Diagnostic::error(
        "The provider crashed",
        "This is a bug of the provider. Other calls continue. Run Terraform again with \
         TF_LOG=DEBUG, and report the log line that contains \"panic\" together with the \
         configuration.",
    )
}

fn unreadable(what: &str, fault: &CodecError) -> Diagnostics {
    let summary = format!("The {what} cannot be read");
    Diagnostic::error(
        summary,
        format!(
            "Terraform sent a value that does not match the schema: {fault}. If a newer version \
             of the provider wrote the value, use that version. Otherwise report this as a bug."
        ),
    )
    .at(fault.path.clone())
    .into()
}

fn unknown_type(name: &str) -> Diagnostics {
    let detail = "This version of the provider has no type with this name. Check the version of \
                  the provider.";
    Diagnostic::error(format!("{name} does not exist"), detail).into()
}

impl Inner {
    fn resource(&self, name: &str) -> Result<(&Schema, &dyn AnyResource), Diagnostics> {
        self.catalogue.resource(name).ok_or_else(|| unknown_type(name))
    }

    /// Returns the diagnostics of a read or plan, without those with `once` that were reported
    /// before.
    fn news(&self, found: Diagnostics) -> Vec<wire::Diagnostic> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = |it: &Diagnostic| {
            let news = !it.once || !told.contains(it);
            told.extend((it.once && news).then(|| it.clone()));
            news
        };
        found.into_iter().filter(is_news).map(Diagnostic::into_wire).collect()
    }

    fn data_source(&self, name: &str) -> Result<(&Schema, &dyn AnyDataSource), Diagnostics> {
        self.catalogue.data_source(name).ok_or_else(|| unknown_type(name))
    }

    /// Returns the context of a call about an object whose `timeouts` are in `value`.
    fn context(
        &self,
        resource: &dyn AnyResource,
        action: Action,
        value: &Value,
        config: Value,
        private: &[u8],
    ) -> Context {
        let timeout = resource.timeouts().map_or(TIMEOUT, |it| it.of(action, value));
        Context::new(self.lifecycle.stop.child_token(), timeout, config, private)
            .noting(&self.lifecycle.journal, resource.name())
    }
}

#[tonic::async_trait]
impl wire::provider_server::Provider for Service {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
    ) -> Result<Response<wire::get_metadata::Response>, Status> {
        Ok(Response::new(self.inner.metadata()))
    }

    async fn get_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        Ok(Response::new(self.inner.schemas()))
    }

    async fn get_functions(
        &self,
        _: Request<wire::get_functions::Request>,
    ) -> Result<Response<wire::get_functions::Response>, Status> {
        let functions = self.inner.schemas().functions;
        Ok(Response::new(wire::get_functions::Response { functions, diagnostics: Vec::new() }))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        Ok(Response::new(self.inner.identity_schemas()))
    }

    async fn prepare_provider_config(
        &self,
        request: Request<wire::prepare_provider_config::Request>,
    ) -> Result<Response<wire::prepare_provider_config::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let prepared_config = request.config.clone();
        let found = self.run(async move { inner.prepare(&request) }, |crash| crash).await;
        let diagnostics = found.into_wire();
        Ok(Response::new(wire::prepare_provider_config::Response { prepared_config, diagnostics }))
    }

    async fn configure(
        &self,
        request: Request<wire::configure::Request>,
    ) -> Result<Response<wire::configure::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let found = self.run(async move { inner.configure(request).await }, |crash| crash).await;
        Ok(Response::new(wire::configure::Response { diagnostics: found.into_wire() }))
    }

    async fn validate_resource_type_config(
        &self,
        request: Request<wire::validate_resource_type_config::Request>,
    ) -> Result<Response<wire::validate_resource_type_config::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let found = self.run(async move { inner.validate_resource(&request) }, |crash| crash).await;
        let diagnostics = found.into_wire();
        Ok(Response::new(wire::validate_resource_type_config::Response { diagnostics }))
    }

    async fn validate_data_source_config(
        &self,
        request: Request<wire::validate_data_source_config::Request>,
    ) -> Result<Response<wire::validate_data_source_config::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.validate_data_source(&request) };
        let diagnostics = self.run(call, |crash| crash).await.into_wire();
        Ok(Response::new(wire::validate_data_source_config::Response { diagnostics }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Result<Response<wire::upgrade_resource_state::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.upgrade(&request) };
        Ok(Response::new(self.run(call, answer::upgrade_failed).await))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Result<Response<wire::upgrade_resource_identity::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.upgrade_identity(&request) };
        Ok(Response::new(self.run(call, identity::not_upgraded).await))
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Result<Response<wire::read_resource::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let unchanged = answer::unchanged(&request);
        let call = async move { inner.read(request).await };
        Ok(Response::new(self.run(call, unchanged).await))
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Result<Response<wire::plan_resource_change::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.plan(request).await };
        Ok(Response::new(self.run(call, answer::no_plan).await))
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Result<Response<wire::apply_resource_change::Response>, Status> {
        Ok(Response::new(self.apply(request.into_inner()).await))
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Result<Response<wire::import_resource_state::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.import(&request) };
        Ok(Response::new(self.run(call, answer::not_imported).await))
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Result<Response<wire::move_resource_state::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.moved(&request) };
        Ok(Response::new(self.run(call, moves::not_moved).await))
    }

    async fn generate_resource_config(
        &self,
        request: Request<wire::generate_resource_config::Request>,
    ) -> Result<Response<wire::generate_resource_config::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.generate(&request) };
        Ok(Response::new(self.run(call, list::not_generated).await))
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<wire::validate_list_resource_config::Request>,
    ) -> Result<Response<wire::validate_list_resource_config::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let found = self.run(async move { inner.validate_list(&request) }, |crash| crash).await;
        let diagnostics = found.into_wire();
        Ok(Response::new(wire::validate_list_resource_config::Response { diagnostics }))
    }

    async fn list_resource(
        &self,
        request: Request<wire::list_resource::Request>,
    ) -> Result<Response<BoxStream<wire::list_resource::Event>>, Status> {
        Ok(Response::new(self.list(request.into_inner())))
    }

    async fn validate_action_config(
        &self,
        request: Request<wire::validate_action_config::Request>,
    ) -> Result<Response<wire::validate_action_config::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.validate_action(&request) };
        let diagnostics = self.run(call, |crash| crash).await.into_wire();
        Ok(Response::new(wire::validate_action_config::Response { diagnostics }))
    }

    async fn plan_action(
        &self,
        request: Request<wire::plan_action::Request>,
    ) -> Result<Response<wire::plan_action::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.plan_action(&request).await };
        let diagnostics = self.run(call, |crash| crash).await.into_wire();
        Ok(Response::new(wire::plan_action::Response { diagnostics, deferred: None }))
    }

    async fn invoke_action(
        &self,
        request: Request<wire::invoke_action::Request>,
    ) -> Result<Response<BoxStream<wire::invoke_action::Event>>, Status> {
        Ok(Response::new(self.invoke(request.into_inner())))
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Result<Response<wire::read_data_source::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.read_data_source(&request).await };
        Ok(Response::new(self.run(call, answer::nothing_read).await))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<wire::validate_ephemeral_resource_config::Request>,
    ) -> Result<Response<wire::validate_ephemeral_resource_config::Response>, Status> {
        self.has_ephemeral_resources()?;
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.validate_ephemeral(&request) };
        let diagnostics = self.run(call, |crash| crash).await.into_wire();
        Ok(Response::new(wire::validate_ephemeral_resource_config::Response { diagnostics }))
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<wire::open_ephemeral_resource::Request>,
    ) -> Result<Response<wire::open_ephemeral_resource::Response>, Status> {
        self.has_ephemeral_resources()?;
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.open(&request).await };
        Ok(Response::new(self.run(call, ephemeral::not_opened).await))
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<wire::renew_ephemeral_resource::Request>,
    ) -> Result<Response<wire::renew_ephemeral_resource::Response>, Status> {
        self.has_ephemeral_resources()?;
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.renew(&request).await };
        Ok(Response::new(self.run(call, ephemeral::not_renewed).await))
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<wire::close_ephemeral_resource::Request>,
    ) -> Result<Response<wire::close_ephemeral_resource::Response>, Status> {
        self.has_ephemeral_resources()?;
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.close(&request).await };
        let diagnostics = self.run(call, |crash| crash).await.into_wire();
        Ok(Response::new(wire::close_ephemeral_resource::Response { diagnostics }))
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Result<Response<wire::call_function::Response>, Status> {
        let (inner, request) = (self.inner.clone(), request.into_inner());
        let call = async move { inner.call(&request) };
        Ok(Response::new(self.run(call, answer::no_result).await))
    }

    async fn stop(
        &self,
        _: Request<wire::stop::Request>,
    ) -> Result<Response<wire::stop::Response>, Status> {
        tracing::info!("Terraform asked the provider to stop");
        self.inner.lifecycle.stop.cancel();
        Ok(Response::new(wire::stop::Response::default()))
    }
}
