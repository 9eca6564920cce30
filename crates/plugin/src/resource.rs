//! Resources: a typed trait for providers, and an untyped one for the protocol.

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

/// A planned change. Values may be unknown.
#[derive(Debug)]
pub struct Change<'a> {
    /// The state; null for a create.
    pub prior: &'a Value,
    /// The configuration; null for a destroy.
    pub config: &'a Value,
    /// The planned state; null for a destroy.
    pub planned: &'a mut Value,
    /// Paths of changed attributes that force a replacement.
    pub replace: &'a mut Vec<Path>,
}

/// A type of managed object.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// Its attributes and blocks, except `timeouts`, which [`Resource::timeouts`] declares.
    type Model: Model;

    /// Returns the full type name, such as `acme_network`.
    fn name(&self) -> &'static str;

    /// Returns the version of the stored state.
    fn version(&self) -> i64 {
        0
    }

    /// Returns the default time limits. With them, the resource has a `timeouts` block. Without
    /// them, each operation may take 20 minutes.
    fn timeouts(&self) -> Option<Timeouts> {
        None
    }

    /// Checks rules that concern several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Refines a plan: sets values that are already known, and reports early what cannot work.
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

    /// Reads the object. Returns `None` if it definitely no longer exists.
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

    /// Returns the attributes that an import ID holds.
    ///
    /// # Errors
    ///
    /// An error if the ID is not of this type. The default always fails.
    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        let summary = format!("{} cannot be imported", self.name());
        let detail = format!("This type has no import, so the ID {id:?} cannot be used.");
        Err(Diagnostic::error(summary, detail).into())
    }

    /// Returns the resource identity of the type, if it has one. Its import ID is then the
    /// attribute `id`.
    fn identity(&self) -> Option<Box<dyn Identity>> {
        None
    }

    /// Returns the types from which a `moved` block can move objects to this type.
    fn move_sources(&self) -> Vec<MoveSource> {
        Vec::new()
    }

    /// Removes from a generated configuration the arguments that conflict with others in it.
    fn adjust_generated_config(&self, config: &mut Value) {
        let _ = config;
    }

    /// Upgrades stored state of an older version.
    ///
    /// # Errors
    ///
    /// An error if that version is not known.
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

/// A [`Resource`] whose values are untyped.
#[async_trait]
pub trait AnyResource: Send + Sync {
    /// Returns the full type name.
    fn name(&self) -> &'static str;
    /// Returns its schema.
    fn schema(&self) -> Schema;
    /// See [`Resource::timeouts`].
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
    /// Creates, updates or deletes the object. Returns the state afterwards.
    async fn apply(
        &self,
        schema: &Schema,
        prior: Value,
        planned: Value,
        context: &Context,
    ) -> (Value, Diagnostics);
    /// Reads the object. Returns null if it no longer exists.
    async fn read(&self, schema: &Schema, state: Value, context: &Context) -> (Value, Diagnostics);
    /// Returns the state that an import ID holds.
    ///
    /// # Errors
    ///
    /// An error if the ID is not of this type.
    fn import(&self, schema: &Schema, id: &str) -> Result<Value, Diagnostics>;
    /// See [`Resource::identity`].
    fn identity(&self) -> Option<Box<dyn Identity>>;
    /// See [`Resource::adjust_generated_config`].
    fn adjust_generated_config(&self, config: &mut Value);
    /// See [`Resource::move_sources`].
    fn move_sources(&self) -> Vec<MoveSource>;
    /// See [`Resource::upgrade`].
    ///
    /// # Errors
    ///
    /// Those of [`Resource::upgrade`].
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
        let (known, verb) = match (prior.is_null(), planned.is_null()) {
            (_, true) => (&prior, "Destroying"),
            (true, _) => (&planned, "Creating"),
            (false, _) => (&prior, "Updating"),
        };
        let (id, doing) = (known.get("id"), format!("{verb} {}", self.name()));
        let work = change(self, schema, &prior, &planned, context);
        let report = |line: String| tracing::info!(id = id.as_str(), "{line}");
        let done = context.waits.watch(&doing, work, report).await;
        let id = done.as_ref().ok().and_then(|state| state.get("id").as_str()).or(id.as_str());
        let long = context.waits.finish(&doing, id.unwrap_or_default(), done.is_ok());
        let mut found = context.take_warnings();
        found.extend(long);
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
                // After an import, the state has no spelling to keep.
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

/// Returns the plan without the attributes that the configuration does not set and that an update
/// then leaves alone.
fn write_if_set(block: &Block, mut planned: Value, config: &Value) -> Value {
    let names = block.attributes.iter().filter(|attribute| attribute.facts.write_if_set);
    for name in names.map(|attribute| attribute.name()) {
        if config.get(name).is_null() {
            planned.set_entry(name, Value::Null);
        }
    }
    planned
}

/// Adds `timeouts`, which is no part of a model, as the configuration has it.
fn with_timeouts(mut actual: Value, configured: &Value) -> Value {
    actual.set_entry("timeouts", configured.get("timeouts").clone());
    actual
}

pub(crate) fn result(schema: &Schema, planned: &Value, actual: Value) -> Value {
    apply::applied(&schema.block, planned, &with_timeouts(actual, planned))
}

/// Converts the errors of a create that was interrupted after the service had accepted it into
/// warnings. With an error, the next apply would replace the object, which is healthy.
fn on_record(faults: Diagnostics) -> Diagnostics {
    let told = |fault: Diagnostic| {
        let next = "The state has the object as it is now. The next apply continues from there.";
        let detail = format!("{}\n\n{next}", fault.detail);
        Diagnostic { severity: Severity::Warning, detail, ..fault }
    };
    faults.into_iter().map(told).collect()
}

/// Returns the state after a failed create or update: the accepted object, or the prior state.
fn after_failure(schema: &Schema, prior: Value, planned: &Value, accepted: Option<Value>) -> Value {
    match accepted {
        None => prior,
        Some(actual) if prior.is_null() => result(schema, planned, actual),
        Some(actual) => apply::refreshed(&schema.block, &prior, &with_timeouts(actual, &prior)),
    }
}

/// Deletes, creates or updates the object. Returns its state, null for a destroy.
async fn change<R: Resource>(
    resource: &R,
    schema: &Schema,
    prior: &Value,
    planned: &Value,
    context: &Context,
) -> Result<Value, Diagnostics> {
    if planned.is_null() {
        resource.delete(decode(prior.clone())?, context).await?;
        return Ok(Value::Null);
    }
    if prior.is_null() {
        let planned = write_only::filled(&schema.block, planned.clone(), &context.config);
        return Ok(resource.create(decode(planned)?, context).await?.encode());
    }
    let planned = write_if_set(&schema.block, planned.clone(), &context.config);
    let planned = write_only::filled(&schema.block, planned, &context.config);
    Ok(resource.update(decode(prior.clone())?, decode(planned)?, context).await?.encode())
}

/// Decodes a value into its model. Terraform has checked the types, so a mismatch is a number with
/// a fraction, or an edited state.
pub(crate) fn decode<M: Model>(value: Value) -> Result<M, Diagnostics> {
    M::decode(value).map_err(|Mismatch { path, message }| {
        let summary = format!("`{path}` is not valid");
        Diagnostic::error(summary, format!("The value has the wrong type: {message}."))
            .at(path)
            .into()
    })
}
