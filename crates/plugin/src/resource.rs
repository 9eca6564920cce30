//! Resources: a typed trait for providers, and a trait over values for the protocol.

use crate::apply;
use crate::context::Context;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::field::Mismatch;
use crate::identity::Identity;
use crate::model::Model;
use crate::moves::MoveSource;
use crate::path::Path;
use crate::plan::{self, Plan};
use crate::schema::{Block, Schema};
use crate::timeouts::{self, Timeouts};
use crate::validate;
use crate::value::Value;
use crate::write_only;
use async_trait::async_trait;

/// A change during its plan. Values may be unknown.
#[derive(Debug)]
pub struct Change<'a> {
    /// Prior state. Null for a create.
    pub prior: &'a Value,
    /// Configuration. Null for a destroy.
    pub config: &'a Value,
    /// Planned state. Null for a destroy.
    pub planned: &'a mut Value,
    /// Paths of changes that require replacement.
    pub replace: &'a mut Vec<Path>,
}

/// A managed resource.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// Attributes and blocks, without `timeouts`, which [`Resource::timeouts`] declares.
    type Model: Model;

    /// Returns the full type name, such as `acme_network`.
    fn name(&self) -> &'static str;

    /// Returns the version of the stored state.
    fn version(&self) -> i64 {
        0
    }

    /// Returns the default timeouts. With timeouts, the resource has a `timeouts` block. Without
    /// them, each operation may take 20 minutes.
    fn timeouts(&self) -> Option<Timeouts> {
        None
    }

    /// Checks rules that span several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Refines a plan: sets values that are already known, and reports problems early.
    async fn plan(&self, change: Change<'_>, context: &Context) -> Diagnostics {
        let _ = (change, context);
        Diagnostics::new()
    }

    /// Creates the object.
    async fn create(
        &self,
        planned: Self::Model,
        context: &Context,
    ) -> Result<Self::Model, Diagnostics>;

    /// Reads the object. Returns `None` if the object certainly does not exist.
    async fn read(
        &self,
        state: Self::Model,
        context: &Context,
    ) -> Result<Option<Self::Model>, Diagnostics>;

    /// Updates the object in place.
    async fn update(
        &self,
        prior: Self::Model,
        planned: Self::Model,
        context: &Context,
    ) -> Result<Self::Model, Diagnostics>;

    /// Deletes the object. A missing object is a success.
    async fn delete(&self, prior: Self::Model, context: &Context) -> Result<(), Diagnostics>;

    /// Returns the members that an import sets in an empty state, given the import ID.
    ///
    /// # Errors
    ///
    /// Returns an error if the ID has another form. The default implementation always does.
    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        let summary = format!("{} cannot be imported", self.name());
        let detail = format!(
            "The provider does not support the import of this resource by the \
                              ID {id:?}."
        );
        Err(Diagnostic::error(summary, detail).into())
    }

    /// Returns the identity schema. A resource with an identity has the import ID in the attribute
    /// `id`.
    fn identity(&self) -> Option<Box<dyn Identity>> {
        None
    }

    /// Returns the types whose objects a `moved` block can move to this resource.
    fn move_sources(&self) -> Vec<MoveSource> {
        Vec::new()
    }

    /// Removes attributes that conflict with others from a configuration that Terraform generated
    /// from a state.
    fn adjust_generated_config(&self, config: &mut Value) {
        let _ = config;
    }

    /// Upgrades stored state of an older version.
    ///
    /// # Errors
    ///
    /// Returns an error if the version is unknown.
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        let _ = state;
        Err(Diagnostic::error(
            format!("The state of {} has the unknown version {version}", self.name()),
            "This version of the provider cannot upgrade the state. Use the version of the \
             provider that wrote it, or remove the object from the state and import it.",
        )
        .into())
    }
}

/// A [`Resource`] over values.
#[async_trait]
pub trait AnyResource: Send + Sync {
    /// Returns the full type name.
    fn name(&self) -> &'static str;
    /// Returns the schema.
    fn schema(&self) -> Schema;
    /// Returns [`Resource::timeouts`].
    fn timeouts(&self) -> Option<Timeouts>;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Plans a change.
    async fn plan(
        &self,
        schema: &Schema,
        prior: &Value,
        config: &Value,
        context: &Context,
    ) -> (Plan, Diagnostics);
    /// Creates, updates, or deletes the object. Returns the resulting state.
    async fn apply(
        &self,
        schema: &Schema,
        prior: Value,
        planned: Value,
        context: &Context,
    ) -> (Value, Diagnostics);
    /// Reads the object. Returns null if it does not exist.
    async fn read(&self, schema: &Schema, state: Value, context: &Context) -> (Value, Diagnostics);
    /// Returns the state that an import begins with, given the import ID.
    ///
    /// # Errors
    ///
    /// Returns an error if the ID has another form.
    fn import(&self, schema: &Schema, id: &str) -> Result<Value, Diagnostics>;
    /// Returns [`Resource::identity`].
    fn identity(&self) -> Option<Box<dyn Identity>>;
    /// Calls [`Resource::adjust_generated_config`].
    fn adjust_generated_config(&self, config: &mut Value);
    /// Returns [`Resource::move_sources`].
    fn move_sources(&self) -> Vec<MoveSource>;
    /// Calls [`Resource::upgrade`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Resource::upgrade`].
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics>;
}

#[async_trait]
impl<R: Resource> AnyResource for R {
    fn name(&self) -> &'static str {
        Resource::name(self)
    }

    fn schema(&self) -> Schema {
        let mut block = R::Model::block();
        if Resource::timeouts(self).is_some() {
            block.push(timeouts::member());
        }
        Schema { version: self.version(), block }
    }

    fn timeouts(&self) -> Option<Timeouts> {
        Resource::timeouts(self)
    }

    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics {
        let mut found = validate::validate(&schema.block, config);
        found.extend(Resource::validate(self, config));
        found
    }

    async fn plan(
        &self,
        schema: &Schema,
        prior: &Value,
        config: &Value,
        context: &Context,
    ) -> (Plan, Diagnostics) {
        let Plan { mut planned, mut replace } = plan::plan(&schema.block, prior, config);
        let change = Change { prior, config, planned: &mut planned, replace: &mut replace };
        let found = Resource::plan(self, change, context).await;
        let planned = write_only::kept(&schema.block, planned);
        (Plan { planned, replace }, found)
    }

    async fn apply(
        &self,
        schema: &Schema,
        prior: Value,
        planned: Value,
        context: &Context,
    ) -> (Value, Diagnostics) {
        let done = if planned.is_null() {
            delete(self, prior.clone(), context).await
        } else if prior.is_null() {
            let planned = write_only::filled(&schema.block, planned.clone(), &context.config);
            create(self, planned, context).await
        } else {
            let planned = write_if_set(&schema.block, planned.clone(), &context.config);
            let planned = write_only::filled(&schema.block, planned, &context.config);
            update(self, prior.clone(), planned, context).await
        };
        let mut found = context.take_warnings();
        let accepted = context.take_accepted();
        let state = match done {
            Ok(actual) if planned.is_null() => actual,
            Ok(actual) => result(schema, &planned, actual),
            Err(faults) => {
                let cut_short =
                    prior.is_null() && accepted.is_some() && context.stop.is_cancelled();
                found.extend(if cut_short { on_record(faults) } else { faults });
                after_failure(schema, prior, &planned, accepted)
            }
        };
        (state, found)
    }

    async fn read(&self, schema: &Schema, state: Value, context: &Context) -> (Value, Diagnostics) {
        let read = match decode::<R::Model>(schema.block.filled(&state)) {
            Ok(model) => Resource::read(self, model, context).await,
            Err(faults) => Err(faults),
        };
        let mut found = context.take_warnings();
        let state = match read {
            Ok(None) => Value::Null,
            Ok(Some(actual)) => {
                let actual = with_timeouts(actual.encode(), &state);
                // An import has no spelling to keep.
                let known = if context.importing { schema.block.empty() } else { state };
                apply::refreshed(&schema.block, &known, &actual)
            }
            Err(faults) => {
                found.extend(faults);
                state
            }
        };
        (state, found)
    }

    fn import(&self, schema: &Schema, id: &str) -> Result<Value, Diagnostics> {
        let mut state = schema.block.empty();
        for (name, value) in Resource::import(self, id)? {
            state.set_entry(name, value);
        }
        Ok(write_only::kept(&schema.block, state))
    }

    fn identity(&self) -> Option<Box<dyn Identity>> {
        Resource::identity(self)
    }

    fn move_sources(&self) -> Vec<MoveSource> {
        Resource::move_sources(self)
    }

    fn adjust_generated_config(&self, config: &mut Value) {
        Resource::adjust_generated_config(self, config);
    }

    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        Resource::upgrade(self, version, state)
    }
}

/// Removes unconfigured attributes from the plan that an update leaves unchanged in the service.
fn write_if_set(block: &Block, mut planned: Value, config: &Value) -> Value {
    let names = block.attributes.iter().filter(|attribute| attribute.facts.write_if_set);
    for name in names.map(|attribute| attribute.name()) {
        if config.get(name).is_null() {
            planned.set_entry(name, Value::Null);
        }
    }
    planned
}

/// Copies `timeouts`, which is not part of a model, from the configuration.
fn with_timeouts(mut actual: Value, configured: &Value) -> Value {
    actual.set_entry("timeouts", configured.get("timeouts").clone());
    actual
}

pub(crate) fn result(schema: &Schema, planned: &Value, actual: Value) -> Value {
    apply::applied(&schema.block, planned, &with_timeouts(actual, planned))
}

/// Turns the errors of an interrupted create that the service accepted into warnings. An error
/// would make Terraform replace the healthy object with the next apply.
fn on_record(faults: Diagnostics) -> Diagnostics {
    let told = |fault: Diagnostic| {
        let next = "The state has the object as it is now. The next apply continues from there.";
        let detail = format!("{}\n\n{next}", fault.detail);
        Diagnostic { severity: Severity::Warning, detail, ..fault }
    };
    faults.into_iter().map(told).collect()
}

/// Returns the state after a failed create or update: the accepted state, or the prior one.
fn after_failure(schema: &Schema, prior: Value, planned: &Value, accepted: Option<Value>) -> Value {
    match accepted {
        None => prior,
        Some(actual) if prior.is_null() => result(schema, planned, actual),
        Some(actual) => apply::refreshed(&schema.block, &prior, &with_timeouts(actual, &prior)),
    }
}

async fn create<R: Resource>(
    resource: &R,
    planned: Value,
    context: &Context,
) -> Result<Value, Diagnostics> {
    Ok(resource.create(decode(planned)?, context).await?.encode())
}

async fn update<R: Resource>(
    resource: &R,
    prior: Value,
    planned: Value,
    context: &Context,
) -> Result<Value, Diagnostics> {
    Ok(resource.update(decode(prior)?, decode(planned)?, context).await?.encode())
}

async fn delete<R: Resource>(
    resource: &R,
    prior: Value,
    context: &Context,
) -> Result<Value, Diagnostics> {
    resource.delete(decode(prior)?, context).await?;
    Ok(Value::Null)
}

/// Decodes a value. Terraform has checked the types, so a mismatch is a number with a fraction or
/// an edited state.
pub(crate) fn decode<M: Model>(value: Value) -> Result<M, Diagnostics> {
    M::decode(value).map_err(|Mismatch { path, message }| {
        let summary = format!("`{path}` is not valid");
        Diagnostic::error(summary, format!("The value has the wrong type: {message}."))
            .at(path)
            .into()
    })
}
