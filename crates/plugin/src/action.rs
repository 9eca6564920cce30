//! Actions: operations that Terraform invokes once and that store nothing in the state.

use crate::context::{self, Context};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::plan;
use crate::resource::decode;
use crate::schema::Schema;
use crate::validate;
use crate::value::Value;
use async_trait::async_trait;
use std::time::Duration;
use tokio::sync::mpsc;

/// Sender of progress messages.
#[derive(Debug)]
pub struct Progress {
    messages: mpsc::Sender<String>,
}

impl Progress {
    /// Creates a sender to `messages`.
    pub(crate) fn new(messages: mpsc::Sender<String>) -> Self {
        Self { messages }
    }

    /// Sends a progress message to the user.
    pub async fn tell(&self, message: impl Into<String>) {
        // The action continues even if Terraform has stopped listening.
        let _ = self.messages.send(message.into()).await;
    }
}

/// An action.
#[async_trait]
pub trait Action: Send + Sync + 'static {
    /// Arguments of the action. None is computed.
    type Model: Model;

    /// Returns the full type name.
    fn name(&self) -> &'static str;

    /// Returns the time limit of the action.
    fn timeout(&self) -> Duration {
        context::TIMEOUT
    }

    /// Checks rules that span several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Reports problems that would prevent the action. Values may be unknown.
    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics {
        let _ = (config, context);
        Diagnostics::new()
    }

    /// Runs the action. The action may change the context to that of another object.
    async fn invoke(
        &self,
        config: Self::Model,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics>;
}

/// An [`Action`] over values.
#[async_trait]
pub trait AnyAction: Send + Sync {
    /// Returns the full type name.
    fn name(&self) -> &'static str;
    /// Returns the time limit of the action.
    fn timeout(&self) -> Duration;
    /// Returns the schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Reports problems that would prevent the action.
    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics;
    /// Runs the action and returns its diagnostics.
    async fn invoke(
        &self,
        schema: &Schema,
        config: &Value,
        progress: &Progress,
        context: &mut Context,
    ) -> Diagnostics;
}

#[async_trait]
impl<A: Action> AnyAction for A {
    fn name(&self) -> &'static str {
        Action::name(self)
    }

    fn timeout(&self) -> Duration {
        Action::timeout(self)
    }

    fn schema(&self) -> Schema {
        Schema { version: 0, block: A::Model::block() }
    }

    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics {
        let mut found = validate::validate(&schema.block, config);
        found.extend(Action::validate(self, config));
        found
    }

    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics {
        let mut found = Action::plan(self, config, context).await;
        found.extend(context.take_warnings());
        found
    }

    async fn invoke(
        &self,
        schema: &Schema,
        config: &Value,
        progress: &Progress,
        context: &mut Context,
    ) -> Diagnostics {
        if config.has_unknown() {
            let detail = "The configuration of the action contains unknown values. Apply the \
                          resources that they come from first.";
            return Diagnostic::error("The action cannot run yet", detail).into();
        }
        let planned = plan::plan(&schema.block, &Value::Null, config).planned;
        let done = match decode::<A::Model>(planned) {
            Ok(model) => Action::invoke(self, model, progress, context).await,
            Err(faults) => Err(faults),
        };
        let mut found = context.take_warnings();
        found.extend(done.err().unwrap_or_default());
        found
    }
}
