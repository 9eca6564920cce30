//! Lists: the objects that exist of a resource's kind, for `terraform query`.

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

/// An object that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListResult {
    /// Its import ID.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// What a list says: of an object, or to the user.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Found(ListResult),
    Told(Diagnostic),
}

/// Where a list puts what it finds, as it finds it.
#[derive(Debug)]
pub struct ListResults {
    items: mpsc::Sender<Item>,
    /// How many more objects are wanted.
    wanted: AtomicUsize,
}

impl ListResults {
    /// A place for at most that many objects.
    pub(crate) fn new(items: mpsc::Sender<Item>, most: usize) -> Self {
        Self { items, wanted: AtomicUsize::new(most) }
    }

    /// Whether more objects are wanted: not once there are as many as were asked for, nor when
    /// nobody listens any more.
    pub fn wants_more(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) > 0 && !self.items.is_closed()
    }

    /// Puts an object, where more are wanted.
    pub async fn put(&self, found: ListResult) {
        let less = |wanted: usize| wanted.checked_sub(1);
        let counted = self.wanted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        if counted.is_ok() {
            // Where nobody listens, `wants_more` says so.
            let _ = self.items.send(Item::Found(found)).await;
        }
    }

    /// Tells the user something, and goes on.
    pub async fn warn(&self, warning: Diagnostic) {
        let _ = self.items.send(Item::Told(warning)).await;
    }
}

/// The objects of a resource's kind.
#[async_trait]
pub trait ListResource: Send + Sync + 'static {
    /// What narrows the list down.
    type Model: Model;

    /// The full type name of the resource.
    fn name(&self) -> &'static str;

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Finds the objects. It may end as soon as no more are wanted, and may be dropped where it
    /// waits.
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
    /// The full type name of the resource.
    fn name(&self) -> &'static str;
    /// Its schema.
    fn schema(&self) -> Schema;
    /// Checks a configuration.
    fn validate(&self, schema: &Schema, config: &Value) -> Diagnostics;
    /// Finds the objects; answers what went wrong.
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
