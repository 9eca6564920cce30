//! Ephemeral resources: values that exist for one run and are stored nowhere.

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

/// Result of an open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<M> {
    /// Configuration, completed with values of the service.
    pub result: M,
    /// Time of the next renewal, if the value expires.
    pub renew_at: Option<SystemTime>,
}

impl<M> From<M> for Opened<M> {
    fn from(result: M) -> Self {
        Self { result, renew_at: None }
    }
}

/// An ephemeral resource. Terraform opens it when a run needs it, in the plan and again in the
/// apply, and closes it after the run (Terraform 1.10 and later).
///
/// A renewal and a close receive neither the configuration nor the result. Store what they need in
/// the private data of the [`Context`].
#[async_trait]
pub trait EphemeralResource: Send + Sync + 'static {
    /// Arguments and results of the ephemeral resource.
    type Model: Model;

    /// Returns the full type name.
    fn name(&self) -> &'static str;

    /// Returns the time limit of each open, renewal, and close.
    fn timeout(&self) -> Duration {
        context::TIMEOUT
    }

    /// Checks rules that span several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Opens the ephemeral resource.
    async fn open(
        &self,
        config: Self::Model,
        context: &Context,
    ) -> Result<Opened<Self::Model>, Diagnostics>;

    /// Renews the ephemeral resource. Returns the time of the next renewal.
    async fn renew(&self, context: &Context) -> Result<Option<SystemTime>, Diagnostics> {
        let _ = context;
        Ok(None)
    }

    /// Closes the ephemeral resource. Terraform also closes it after a failed or canceled run.
    async fn close(&self, context: &Context) -> Result<(), Diagnostics> {
        let _ = context;
        Ok(())
    }
}

/// An [`EphemeralResource`] over values.
#[async_trait]
pub trait AnyEphemeralResource: Send + Sync {
    /// Returns the full type name.
    fn name(&self) -> &'static str;
    /// Returns the time limit of each open, renewal, and close.
    fn timeout(&self) -> Duration;
    /// Returns the schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Opens the ephemeral resource. Returns null and errors if the open fails.
    async fn open(
        &self,
        schema: &Schema,
        config: &Value,
        context: &Context,
    ) -> (Opened<Value>, Diagnostics);
    /// Renews the ephemeral resource.
    async fn renew(&self, context: &Context) -> (Option<SystemTime>, Diagnostics);
    /// Closes the ephemeral resource and returns the diagnostics.
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
