//! Actions that write or delete a partial resource of the provider.
//!
//! An action changes Azure once, when it is invoked, and stores nothing in the state. It runs the
//! code of the partial resource.

use super::partial::{ArmPartial, Partial};
use crate::assessment::checks;
use crate::client::AzureClient;
use crate::validators;
use async_trait::async_trait;
use plugin::action::Progress;
use plugin::path::Step;
use plugin::prelude::*;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Operation that an action performs on its partial resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Writes the partial resource.
    Write,
    /// Deletes the object that contains the partial resource.
    Delete,
}

/// Attribute that has one name in the resource and another in the action.
#[derive(Clone, Copy, Debug)]
pub struct Renamed {
    /// Name of the attribute in the resource.
    pub resource: &'static str,
    /// Name of the attribute in the action.
    pub action: &'static str,
    /// Text that is appended to the detail of an error about the attribute, for an action whose
    /// users need other advice than the resource's.
    pub advice: &'static str,
}

/// Action that writes or deletes a partial resource.
pub trait ArmAction: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// Default timeout of the action.
    const TIMEOUT: Duration;
    /// Attributes whose names differ from the resource's.
    const RENAMED: &'static [Renamed];

    /// Partial resource that the action writes or deletes.
    type Resource: ArmPartial;

    /// Returns the equivalent configuration of the resource. Values may be unknown.
    fn resource_config(config: &Value) -> Value;

    /// Returns the operation to perform on the resource.
    fn kind(&self) -> ActionKind;

    /// Returns the progress message at the start. `object` is the name of the object.
    fn starting(&self, object: &str) -> String;

    /// Returns the progress message at the end. `object` is the name of the object. `state` is the
    /// state of the resource after a write, or a map with the `name` of the deleted object after a
    /// delete.
    fn finished(&self, object: &str, state: &Value) -> String;
}

/// Serves an [`ArmAction`] to Terraform.
pub struct Acting<A> {
    azure: Arc<AzureClient>,
    action: PhantomData<fn() -> A>,
}

impl<A: ArmAction> Acting<A> {
    /// Creates the action on the Azure of `azure`.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, action: PhantomData }
    }

    /// Moves the resource's diagnostics to the attributes of the action.
    fn renamed(found: Diagnostics) -> Diagnostics {
        let own = |path: &Path| {
            let Some(Step::Attribute(first)) = path.steps().first() else { return None };
            A::RENAMED.iter().find(|it| it.resource == first)
        };
        let renamed = |it: Diagnostic| match it.path.as_ref().and_then(own) {
            Some(Renamed { action, advice, .. }) => Diagnostic {
                path: Some(Path::of(action)),
                detail: format!("{}{advice}", it.detail),
                ..it
            },
            None => it,
        };
        found.into_iter().map(renamed).collect()
    }

    async fn act(
        &self,
        action: &A,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        context.config = A::resource_config(&action.encode());
        let named_by = A::Resource::NAMED_BY;
        let object = context.config.get(named_by).as_str().unwrap_or_default();
        let object = validators::parse(object, named_by)?;
        let starting = action.starting(object.name());
        tracing::info!(resource_id = object.as_str(), "{starting}");
        progress.tell(starting).await;
        let desired = Partial::<A::Resource>::desired(&context.config)?;
        let partial = Partial::new(self.azure.clone());
        let state = match action.kind() {
            ActionKind::Write => partial.create(desired, context).await?.encode(),
            ActionKind::Delete => {
                let id = partial.delete_found(&desired, context).await?;
                Value::map([("name", id.name().into())])
            }
        };
        progress.tell(action.finished(object.name(), &state)).await;
        Ok(())
    }
}

#[async_trait]
impl<A: ArmAction> Action for Acting<A> {
    type Model = A;

    fn name(&self) -> &'static str {
        A::NAME
    }

    fn timeout(&self) -> Duration {
        A::TIMEOUT
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        Self::renamed(A::Resource::validate(&A::resource_config(config)))
    }

    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics {
        let config = A::resource_config(config);
        let input = A::Resource::check_input(&Value::Null, &config, &config);
        Self::renamed(checks::of_plan(&self.azure, input, context).await)
    }

    async fn invoke(
        &self,
        config: A,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        self.act(&config, progress, context).await.map_err(Self::renamed)
    }
}
