//! Data sources: a typed trait for providers, and a trait over values for the protocol.

use crate::context::Context;
use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::plan;
use crate::resource::{decode, result};
use crate::schema::Schema;
use crate::timeouts;
use crate::validate;
use crate::value::Value;
use async_trait::async_trait;
use std::time::Duration;

/// A data source.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// Arguments and results of the data source.
    type Model: Model;

    /// Returns the full type name.
    fn name(&self) -> &'static str;

    /// Returns the default time limit of a read. With a limit, the data source has a `timeouts`
    /// block. Without one, a read may take 20 minutes.
    fn timeout(&self) -> Option<Duration> {
        None
    }

    /// Checks rules that span several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Reads the object that the configuration names.
    async fn read(
        &self,
        config: Self::Model,
        context: &Context,
    ) -> Result<Self::Model, Diagnostics>;
}

/// A [`DataSource`] over values.
#[async_trait]
pub trait AnyDataSource: Send + Sync {
    /// Returns the full type name.
    fn name(&self) -> &'static str;
    /// Returns [`DataSource::timeout`].
    fn timeout(&self) -> Option<Duration>;
    /// Returns the schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Reads the object. Returns null and errors if the read fails.
    async fn read(&self, schema: &Schema, config: Value, context: &Context)
    -> (Value, Diagnostics);
}

#[async_trait]
impl<D: DataSource> AnyDataSource for D {
    fn name(&self) -> &'static str {
        DataSource::name(self)
    }

    fn timeout(&self) -> Option<Duration> {
        DataSource::timeout(self)
    }

    fn schema(&self) -> Schema {
        let mut block = D::Model::block();
        if DataSource::timeout(self).is_some() {
            block.push(timeouts::read_member());
        }
        Schema { version: 0, block }
    }

    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics {
        let mut found = validate::validate(&schema.block, config);
        found.extend(DataSource::validate(self, config));
        found
    }

    async fn read(
        &self,
        schema: &Schema,
        config: Value,
        context: &Context,
    ) -> (Value, Diagnostics) {
        let planned = plan::plan(&schema.block, &Value::Null, &config).planned;
        let read = match decode::<D::Model>(planned.clone()) {
            Ok(model) => DataSource::read(self, model, context).await,
            Err(faults) => Err(faults),
        };
        let mut found = context.take_warnings();
        let state = match read {
            Ok(actual) => result(schema, &planned, actual.encode()),
            Err(faults) => {
                found.extend(faults);
                Value::Null
            }
        };
        (state, found)
    }
}
