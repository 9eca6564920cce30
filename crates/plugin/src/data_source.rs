//! Data sources: typed for those who write them, over values for the protocol.

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

/// A kind of object that is only read.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// Its arguments and results.
    type Model: Model;

    /// The full type name.
    fn name(&self) -> &'static str;

    /// How long reading may take when the configuration does not say. With it, the data source has
    /// a `timeouts` block; without, reading may take 20 minutes.
    fn timeout(&self) -> Option<Duration> {
        None
    }

    /// Rules that concern several attributes. Values may be unknown.
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
    /// The full type name.
    fn name(&self) -> &'static str;
    /// As [`DataSource::timeout`].
    fn timeout(&self) -> Option<Duration>;
    /// Its schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Reads; null with errors when it cannot.
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
