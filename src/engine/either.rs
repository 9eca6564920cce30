//! Resources that are an object in some parents, and a property of others. The ID of the parent
//! decides whether [`Managed`] or [`Partial`] serves them.

use crate::client::{AzureClient, deadline};
use crate::engine::partial::{ArmPartial, Partial};
use crate::engine::post::PostRequest;
use crate::engine::resource::managed::Managed;
use crate::engine::resource::patience::Patience;
use crate::engine::resource::{ArmResource, PendingCondition};
use crate::engine::scope;
use crate::explain::{explain, named, unfinished};
use async_trait::async_trait;
use azure::deadline::Deadline;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use plugin::identity::Identity;
use plugin::prelude::*;
use std::sync::Arc;

/// A resource that is an object or a property.
pub trait EitherForm: ArmResource + ArmPartial {
    /// The types of its parents and of its own object. An import takes an ID of each.
    const IMPORTED: &'static [&'static str];

    /// Returns `true` if the parent of this ID has it as a property.
    fn is_property(id: &ResourceId) -> bool;

    /// Returns the ID of the object that holds it, given the ID of the parent or its own.
    fn object_of(id: &ResourceId) -> ResourceId;

    /// Returns the POST that the object still needs as it is now. Azure must accept it twice.
    fn wants(&self) -> Option<PostRequest>;
}

/// An [`EitherForm`] served to Terraform.
pub struct Either<R> {
    azure: Arc<AzureClient>,
    own: Managed<R>,
    part: Partial<R>,
}

impl<R: EitherForm> Either<R> {
    /// Serves the resource from this Azure.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { own: Managed::new(azure.clone()), part: Partial::new(azure.clone()), azure }
    }

    /// Returns `true` if a state or configuration is of a property, and `false` while the parent is
    /// not known.
    fn is_part(value: &Value) -> bool {
        let parent = <R as ArmPartial>::NAMED_BY;
        let id = value.get("id").as_str().or(value.get(parent).as_str());
        id.and_then(|id| ResourceId::parse(id).ok()).is_some_and(|id| R::is_property(&id))
    }

    /// Returns the form that serves a state or configuration.
    fn form(&self, value: &Value) -> &dyn Resource<Model = R> {
        if Self::is_part(value) { &self.part } else { &self.own }
    }

    /// Sends the POST that the written object still needs, and waits for its effect.
    async fn finish(
        &self,
        mut model: R,
        new: bool,
        until: &Deadline,
        context: &Context,
    ) -> Result<R, Diagnostics> {
        let Some(request) = model.wants() else { return Ok(model) };
        context.accepted(&model);
        let label = <R as ArmResource>::TYPE.label;
        let doing = format!("Provisioning {label} {}", named(&request.id));
        let arm = &self.azure.writable(until).await?;
        let (step, what) = ("provision", format!("{label} to be provisioned"));
        let pending = PendingCondition { step, what, within: None, or_else: None };
        let mut patience = Patience::default();
        let failed = match request.ask(arm, until).await {
            Ok(()) => loop {
                let Some(now) = Resource::read(self, model.clone(), context).await? else {
                    let fault = "The object was deleted during the apply. Run terraform plan \
                                 again.";
                    return Err(
                        Diagnostic::error(format!("{doing}: it no longer exists"), fault).into()
                    );
                };
                model = now;
                context.accepted(&model);
                if model.wants().is_none() {
                    return Ok(model);
                }
                if let Err(error) = patience.pause(&pending, until).await {
                    break error;
                }
            },
            Err(error) => error,
        };
        let fault = explain(&doing, &failed);
        if goes_on(&failed) {
            context.warn(unfinished(fault));
            return Ok(model);
        }
        if new && Self::is_part(&model.encode()) && !context.stop.is_cancelled() {
            // A replacement would recreate nothing. The next apply continues.
            context.not_accepted();
        }
        Err(fault.into())
    }
}

/// Returns `true` if Azure may still be working on the POST after this error.
fn goes_on(error: &Error) -> bool {
    !error.is_operation_failure()
        && matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport)
}

#[async_trait]
impl<R: EitherForm> Resource for Either<R> {
    type Model = R;

    fn name(&self) -> &'static str {
        <R as ArmResource>::NAME
    }

    fn timeouts(&self) -> Option<Timeouts> {
        Some(<R as ArmResource>::TIMEOUTS)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        self.form(config).validate(config)
    }

    async fn plan(&self, change: Change<'_>, context: &Context) -> Diagnostics {
        let of = if change.prior.is_null() { change.config } else { change.prior };
        self.form(of).plan(change, context).await
    }

    async fn create(&self, planned: R, context: &Context) -> Result<R, Diagnostics> {
        let until = &deadline(context);
        let made = self.form(&planned.encode()).create(planned, context).await?;
        self.finish(made, true, until, context).await
    }

    async fn read(&self, state: R, context: &Context) -> Result<Option<R>, Diagnostics> {
        self.form(&state.encode()).read(state, context).await
    }

    async fn update(&self, prior: R, planned: R, context: &Context) -> Result<R, Diagnostics> {
        let until = &deadline(context);
        let changed = self.form(&prior.encode()).update(prior, planned, context).await?;
        self.finish(changed, false, until, context).await
    }

    async fn delete(&self, prior: R, context: &Context) -> Result<(), Diagnostics> {
        self.form(&prior.encode()).delete(prior, context).await
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        let mut set = scope::import(R::IMPORTED, <R as ArmResource>::TYPE.label, id)?;
        for (_, value) in &mut set {
            if let Some(id) = value.as_str().and_then(|id| ResourceId::parse(id).ok()) {
                *value = R::object_of(&id).as_str().into();
            }
        }
        Ok(set)
    }

    fn identity(&self) -> Option<Box<dyn Identity>> {
        Some(R::IDENTITY.at(&self.azure.defaults()))
    }

    fn adjust_generated_config(&self, config: &mut Value) {
        Resource::adjust_generated_config(&self.own, config);
    }

    fn move_sources(&self) -> Vec<MoveSource> {
        let both = [Resource::move_sources(&self.own), Resource::move_sources(&self.part)];
        both.into_iter().flatten().collect()
    }
}
