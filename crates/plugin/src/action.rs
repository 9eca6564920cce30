//! Actions: what is done once, when somebody asks for it, and leaves nothing in the state.

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

/// Where an action says how far it is.
#[derive(Debug)]
pub struct Progress {
    messages: mpsc::Sender<String>,
}

impl Progress {
    /// Messages to whoever listens there.
    pub(crate) fn new(messages: mpsc::Sender<String>) -> Self {
        Self { messages }
    }

    /// Tells the user how far it is.
    pub async fn tell(&self, message: impl Into<String>) {
        // Where nobody listens, the action goes on all the same.
        let _ = self.messages.send(message.into()).await;
    }
}

/// Something that can be done.
#[async_trait]
pub trait Action: Send + Sync + 'static {
    /// What says how it is to be done. Nothing of it is computed.
    type Model: Model;

    /// The full type name.
    fn name(&self) -> &'static str;

    /// How long it may take.
    fn timeout(&self) -> Duration {
        context::TIMEOUT
    }

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Says what would keep it from being done. Values may be unknown.
    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics {
        let _ = (config, context);
        Diagnostics::new()
    }

    /// Does it. The context may be changed to be that of another object.
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
    /// The full type name.
    fn name(&self) -> &'static str;
    /// How long it may take.
    fn timeout(&self) -> Duration;
    /// Its schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Says what would keep it from being done.
    async fn plan(&self, config: &Value, context: &Context) -> Diagnostics;
    /// Does it; answers what went wrong.
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
            let detail = "Something that it is made of is not known yet. Apply that first.";
            return Diagnostic::error("The action cannot be done yet", detail).into();
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
