//! Ephemeral resources: what is had for the time of a run, and is kept nowhere.

use crate::apply;
use crate::context::{self, Context};
use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::plan;
use crate::resource::decode;
use crate::schema::Schema;
use crate::validate;
use crate::value::Value;
use async_trait::async_trait;
use std::time::{Duration, SystemTime};

/// What was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<M> {
    /// The configuration with what the service has added.
    pub result: M,
    /// When it is to be renewed, if it ends by itself.
    pub renew_at: Option<SystemTime>,
}

impl<M> From<M> for Opened<M> {
    fn from(result: M) -> Self {
        Self { result, renew_at: None }
    }
}

/// A kind of object that Terraform opens when a run needs it, in its plan and again in its apply,
/// and closes when the run is over (Terraform 1.10 and later).
///
/// What renewing and closing must know goes into the private data of the [`Context`]: they get
/// neither the configuration nor the result.
#[async_trait]
pub trait EphemeralResource: Send + Sync + 'static {
    /// Its arguments and results.
    type Model: Model;

    /// The full type name.
    fn name(&self) -> &'static str;

    /// How long opening, renewing and closing may take, each.
    fn timeout(&self) -> Duration {
        context::TIMEOUT
    }

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Opens it.
    async fn open(
        &self,
        config: Self::Model,
        context: &Context,
    ) -> Result<Opened<Self::Model>, Diagnostics>;

    /// Renews it; answers when to do so again.
    async fn renew(&self, context: &Context) -> Result<Option<SystemTime>, Diagnostics> {
        let _ = context;
        Ok(None)
    }

    /// Closes it. Terraform does so also after a run that failed or was interrupted.
    async fn close(&self, context: &Context) -> Result<(), Diagnostics> {
        let _ = context;
        Ok(())
    }
}

/// An [`EphemeralResource`] over values.
#[async_trait]
pub trait AnyEphemeralResource: Send + Sync {
    /// The full type name.
    fn name(&self) -> &'static str;
    /// How long opening, renewing and closing may take, each.
    fn timeout(&self) -> Duration;
    /// Its schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Opens it; null with errors when it cannot.
    async fn open(
        &self,
        schema: &Schema,
        config: &Value,
        context: &Context,
    ) -> (Opened<Value>, Diagnostics);
    /// Renews it.
    async fn renew(&self, context: &Context) -> (Option<SystemTime>, Diagnostics);
    /// Closes it; answers what went wrong.
    async fn close(&self, context: &Context) -> Diagnostics;
}

#[async_trait]
impl<E: EphemeralResource> AnyEphemeralResource for E {
    fn name(&self) -> &'static str {
        EphemeralResource::name(self)
    }

    fn timeout(&self) -> Duration {
        EphemeralResource::timeout(self)
    }

    fn schema(&self) -> Schema {
        Schema { version: 0, block: E::Model::block() }
    }

    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics {
        let mut found = validate::validate(&schema.block, config);
        found.extend(EphemeralResource::validate(self, config));
        found
    }

    async fn open(
        &self,
        schema: &Schema,
        config: &Value,
        context: &Context,
    ) -> (Opened<Value>, Diagnostics) {
        let planned = plan::plan(&schema.block, &Value::Null, config).planned;
        let opened = match decode::<E::Model>(planned.clone()) {
            Ok(model) => EphemeralResource::open(self, model, context).await,
            Err(faults) => Err(faults),
        };
        let mut found = context.take_warnings();
        let opened = match opened {
            Ok(Opened { result, renew_at }) => {
                let result = apply::applied(&schema.block, &planned, &result.encode());
                Opened { result, renew_at }
            }
            Err(faults) => {
                found.extend(faults);
                Opened::from(Value::Null)
            }
        };
        (opened, found)
    }

    async fn renew(&self, context: &Context) -> (Option<SystemTime>, Diagnostics) {
        let renewed = EphemeralResource::renew(self, context).await;
        let mut found = context.take_warnings();
        let renew_at = renewed.unwrap_or_else(|faults| {
            found.extend(faults);
            None
        });
        (renew_at, found)
    }

    async fn close(&self, context: &Context) -> Diagnostics {
        let closed = EphemeralResource::close(self, context).await;
        let mut found = context.take_warnings();
        found.extend(closed.err().unwrap_or_default());
        found
    }
}
