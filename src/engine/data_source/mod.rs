//! Data sources: they read, find, or assess objects of ARM.
//!
//! Each data source is a pure function of a [`Reader`]. A data source that reads one object uses an
//! [`ObjectType`] and an [`object_name::ObjectName`]. A data source that shows a resource of the
//! provider is a [`resource_view::ResourceView`], or a [`child_view::ChildOf`] for a child
//! resource.

pub mod child_view;
pub mod object;
pub mod object_name;
pub mod resource_view;

use crate::assessment::reader::{Reader, Source};
use crate::client::{AzureClient, deadline};
use crate::config::defaults::Defaults;
use async_trait::async_trait;
use plugin::prelude::*;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

pub use object::{ObjectAnswer, ObjectType};

/// Default timeout of a read.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A data source.
pub trait ArmDataSource: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;

    /// Sets the attributes from Azure. The method runs again until the reader holds everything that
    /// it asks for. Results of a run with pending reads are discarded.
    ///
    /// # Errors
    ///
    /// Returns an error if the configuration is incomplete, Azure denies a read, or an answer of
    /// Azure cannot be decoded.
    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics>;

    /// Checks rules that span several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// Serves an [`ArmDataSource`] to Terraform.
pub struct DataSourceServer<D> {
    azure: Arc<AzureClient>,
    data_source: PhantomData<fn() -> D>,
}

impl<D: ArmDataSource> DataSourceServer<D> {
    /// Creates the data source on the Azure of `azure`.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, data_source: PhantomData }
    }
}

#[async_trait]
impl<D: ArmDataSource> DataSource for DataSourceServer<D> {
    type Model = D;

    fn name(&self) -> &'static str {
        D::NAME
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        D::validate(config)
    }

    fn timeout(&self) -> Option<Duration> {
        Some(TIMEOUT)
    }

    async fn read(&self, config: D, context: &Context) -> Result<D, Diagnostics> {
        let (until, defaults) = (deadline(context), self.azure.defaults());
        let read = |reader: &Reader| {
            let mut model = config.clone();
            model.read(reader, &defaults).map(|()| model)
        };
        // Report errors of the configuration before signing in to Azure.
        let reader = Reader::default();
        let lacks = read(&reader).err().filter(|_| reader.is_complete());
        if let Some(faults) = lacks {
            return Err(faults);
        }
        let arm = self.azure.arm(&until).await?;
        let read = Source { arm: &arm, cache: None, until: &until }.read_all(read).await;
        read.map_err(|faults| match self.planned(&config) {
            Some(id) => faults.into_iter().map(|fault| not_yet(fault, &id)).collect(),
            None => faults,
        })
    }
}

impl<D: ArmDataSource> DataSourceServer<D> {
    /// Returns the ID in the configuration whose object the plan creates.
    fn planned(&self, config: &D) -> Option<String> {
        let cache = self.azure.plan_cache()?;
        let config = config.encode();
        let mut texts = config.as_map()?.values().filter_map(Value::as_str);
        texts.find(|id| cache.plans_creation(id)).map(str::to_owned)
    }
}

/// Adds to an error about an object that the apply has yet to create. The data source knows the ID
/// already, so Terraform does not postpone the read by itself.
fn not_yet(fault: Diagnostic, id: &str) -> Diagnostic {
    let detail = format!(
        "{}\n\nThis plan creates {id}. Add `depends_on` with the resource that creates it to the \
         data source. Terraform then reads the data source after the apply has created the \
         object.",
        fault.detail
    );
    Diagnostic { detail, ..fault }
}
