//! Actions: what is done to Azure once, when somebody asks for it, and leaves nothing in the state.
//! Each writes or deletes a partial resource of the provider, by that resource's own code.

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

/// What an action does to its partial resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Writes it.
    Write,
    /// Deletes the object that it is part of.
    Delete,
}

/// An attribute of the resource that the action has under another name.
#[derive(Clone, Copy, Debug)]
pub struct Renamed {
    /// Its name in the resource.
    pub resource: &'static str,
    /// Its name in the action.
    pub action: &'static str,
    /// What is added to the detail of an error about it, where the resource's words do not fit.
    pub advice: &'static str,
}

/// Something that can be done to Azure.
pub trait ArmAction: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// How long it may take.
    const TIMEOUT: Duration;
    /// The attributes that have another name than in the resource.
    const RENAMED: &'static [Renamed];

    /// The partial resource that it writes or deletes.
    type Resource: ArmPartial;

    /// The resource's configuration that asks for the same. Values may be unknown.
    fn resource_config(config: &Value) -> Value;

    /// What it does to the resource.
    fn kind(&self) -> ActionKind;

    /// What the user is told before, given the name of the object.
    fn starting(&self, object: &str) -> String;

    /// What the user is told in the end, given the name of the object and the state of the
    /// resource; the `name` of what was deleted.
    fn finished(&self, object: &str, state: &Value) -> String;
}

/// An [`ArmAction`] served to Terraform.
pub struct Acting<A> {
    azure: Arc<AzureClient>,
    action: PhantomData<fn() -> A>,
}

impl<A: ArmAction> Acting<A> {
    /// Does it in this Azure.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, action: PhantomData }
    }

    /// What the resource says, at the action's own attributes.
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
        let desired: A::Resource = resource(&context.config)?;
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

/// A resource of which the configuration says nothing but this.
pub(crate) fn resource<M: Model>(said: &Value) -> Result<M, Diagnostic> {
    M::decode(M::block().filled(said)).map_err(|fault| {
        let summary = format!("`{}` is not valid", fault.path);
        Diagnostic::error(summary, format!("{}.", fault.message)).at(fault.path)
    })
}
