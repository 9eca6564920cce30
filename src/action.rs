//! Actions: what is done to Azure once, when somebody asks for it, and leaves nothing in the state.
//! Each does what a resource of the provider does when it is made, by the same code.

use crate::checks::intent::Intent;
use crate::provider::Azure;
use async_trait::async_trait;
use plugin::action::{Action, Progress};
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::model::Model;
use plugin::path::{Path, Step};
use plugin::value::Value;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Something that can be done to Azure.
#[async_trait]
pub trait ArmAction: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// How long it may take.
    const TIMEOUT: Duration;

    /// The attributes that say what attributes of the resource do, whose code it uses.
    const SPOKEN: &'static [(&'static str, &'static str)];

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics;

    /// What it is about, in the words of the checks. Values may be unknown.
    fn intent(config: &Value) -> Intent {
        let _ = config;
        Intent::default()
    }

    /// Does it.
    ///
    /// # Errors
    ///
    /// Why not, at the attributes of the resource.
    async fn act(
        &self,
        azure: &Arc<Azure>,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics>;
}

/// An [`ArmAction`] served to Terraform.
pub struct Acting<A> {
    azure: Arc<Azure>,
    action: PhantomData<fn() -> A>,
}

impl<A: ArmAction> Acting<A> {
    /// Does it in this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, action: PhantomData }
    }

    /// The same at the action's own attributes.
    fn spoken(found: Diagnostics) -> Diagnostics {
        let own = |path: &Path| {
            let Some(Step::Attribute(first)) = path.steps().first() else {
                return path.clone();
            };
            let own = A::SPOKEN.iter().find(|(theirs, _)| theirs == first);
            own.map_or_else(|| path.clone(), |(_, own)| Path::of(own))
        };
        let told = |it: Diagnostic| Diagnostic { path: it.path.as_ref().map(own), ..it };
        found.into_iter().map(told).collect()
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
        Self::spoken(A::validate(config))
    }

    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics {
        Self::spoken(self.azure.check(&A::intent(config), context).await)
    }

    async fn invoke(
        &self,
        config: A,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        config.act(&self.azure, progress, context).await.map_err(Self::spoken)
    }
}

/// A resource of which the configuration says nothing but this.
pub(crate) fn resource<M: Model>(said: &Value) -> Result<M, Diagnostic> {
    M::decode(M::block().filled(said)).map_err(|fault| {
        let summary = format!("`{}` is not valid", fault.path);
        Diagnostic::error(summary, format!("{}.", fault.message)).at(fault.path)
    })
}
