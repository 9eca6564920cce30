//! Actions: operations that run when a user or a resource invokes them, and leave no state.

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

/// Shows messages to the user while an action runs.
#[derive(Debug)]
pub struct Progress {
    messages: mpsc::Sender<String>,
}

impl Progress {
    /// Creates a progress that sends its messages to this channel.
    pub(crate) fn new(messages: mpsc::Sender<String>) -> Self {
        Self { messages }
    }

    /// Shows the user a message about the progress.
    pub async fn tell(&self, message: impl Into<String>) {
        // Without a listener, the action goes on.
        let _ = self.messages.send(message.into()).await;
    }

    /// Shows the user a message if there is room for it, without waiting.
    fn offer(&self, message: String) {
        let _ = self.messages.try_send(message);
    }
}

/// An action.
#[async_trait]
pub trait Action: Send + Sync + 'static {
    /// Its configuration. No attribute is computed.
    type Model: Model;

    /// Returns the full type name.
    fn name(&self) -> &'static str;

    /// Time limit of an invocation.
    fn timeout(&self) -> Duration {
        context::TIMEOUT
    }

    /// Checks rules that concern several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Reports what would make the action fail. Values may be unknown.
    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics {
        let _ = (config, context);
        Diagnostics::new()
    }

    /// Runs the action. The context may be changed to the context of another object.
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
    /// Time limit of an invocation.
    fn timeout(&self) -> Duration;
    /// Returns the schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Reports what would make the action fail.
    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics;
    /// Runs the action. Returns its warnings and errors.
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
            let detail = "A value of the action is not known yet. Apply the resources that \
                          the value depends on first.";
            return Diagnostic::error("The action cannot run yet", detail).into();
        }
        let planned = plan::plan(&schema.block, &Value::Null, config).planned;
        let (waits, doing) = (context.waits.clone(), format!("Running {}", self.name()));
        let work = async {
            match decode::<A::Model>(planned) {
                Ok(model) => Action::invoke(self, model, progress, &mut *context).await,
                Err(faults) => Err(faults),
            }
        };
        let report = |line: String| {
            tracing::info!("{line}");
            progress.offer(line);
        };
        let done = waits.watch(&doing, work, report).await;
        let mut found = context.take_warnings();
        found.extend(waits.finish(&doing, "", done.is_ok()));
        found.extend(done.err().unwrap_or_default());
        found
    }
}
