//! List resources: the existing objects of a resource type, for `terraform query`.

use crate::context::Context;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::plan;
use crate::resource::decode;
use crate::schema::Schema;
use crate::validate;
use crate::value::Value;
use async_trait::async_trait;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;

/// An existing object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListResult {
    /// Import ID of the object.
    pub id: String,
    /// Display name of the object.
    pub name: String,
}

/// Item of a list: an object or a diagnostic.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Found(ListResult),
    Told(Diagnostic),
}

/// Receiver of a list's results.
#[derive(Debug)]
pub struct ListResults {
    items: mpsc::Sender<Item>,
    /// Number of objects that are still wanted.
    wanted: AtomicUsize,
}

impl ListResults {
    /// Creates a receiver of at most `most` objects.
    pub(crate) fn new(items: mpsc::Sender<Item>, most: usize) -> Self {
        Self { items, wanted: AtomicUsize::new(most) }
    }

    /// Returns `true` if more objects are wanted: the limit is not reached and Terraform is still
    /// listening.
    pub fn wants_more(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) > 0 && !self.items.is_closed()
    }

    /// Adds an object, if more are wanted.
    pub async fn put(&self, found: ListResult) {
        let less = |wanted: usize| wanted.checked_sub(1);
        let counted = self.wanted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        if counted.is_ok() {
            // If Terraform has stopped listening, `wants_more` returns `false`.
            let _ = self.items.send(Item::Found(found)).await;
        }
    }

    /// Reports a warning. The list continues.
    pub async fn warn(&self, warning: Diagnostic) {
        let _ = self.items.send(Item::Told(warning)).await;
    }
}

/// A list resource.
#[async_trait]
pub trait ListResource: Send + Sync + 'static {
    /// Arguments that filter the list.
    type Model: Model;

    /// Returns the full type name of the resource.
    fn name(&self) -> &'static str;

    /// Checks rules that span several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Finds the objects. May stop as soon as no more are wanted, and may be dropped at any await.
    async fn find(
        &self,
        config: Self::Model,
        finds: &ListResults,
        context: &Context,
    ) -> Result<(), Diagnostics>;
}

/// A [`ListResource`] over values.
#[async_trait]
pub trait AnyListResource: Send + Sync {
    /// Returns the full type name of the resource.
    fn name(&self) -> &'static str;
    /// Returns the schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Finds the objects and returns the errors.
    async fn find(
        &self,
        schema: &Schema,
        config: &Value,
        finds: &ListResults,
        context: &Context,
    ) -> Diagnostics;
}

#[async_trait]
impl<L: ListResource> AnyListResource for L {
    fn name(&self) -> &'static str {
        ListResource::name(self)
    }

    fn schema(&self) -> Schema {
        Schema { version: 0, block: L::Model::block() }
    }

    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics {
        let mut found = validate::validate(&schema.block, config);
        found.extend(ListResource::validate(self, config));
        found
    }

    async fn find(
        &self,
        schema: &Schema,
        config: &Value,
        finds: &ListResults,
        context: &Context,
    ) -> Diagnostics {
        let planned = plan::plan(&schema.block, &Value::Null, config).planned;
        let done = match decode::<L::Model>(planned) {
            Ok(model) => ListResource::find(self, model, finds, context).await,
            Err(faults) => Err(faults),
        };
        done.err().unwrap_or_default()
    }
}
