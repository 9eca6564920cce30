//! Data sources: objects of ARM that are read, found or judged.
//!
//! Each is a pure function of a [`Reader`]. What reads one object does so by its [`ObjectType`] and
//! an [`object_name::ObjectName`]; what shows a resource of the provider is a
//! [`resource_view::ResourceView`], or a [`child_view::ChildOf`] where it is part of another.

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

/// How long reading may take when the configuration does not say.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A data source.
pub trait ArmDataSource: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;

    /// Sets the attributes from what Azure has. It runs again until it has all that it asks for;
    /// what it says while something is pending counts for nothing.
    ///
    /// # Errors
    ///
    /// When the configuration is not enough, Azure refuses to tell, or its answer is not
    /// understood.
    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics>;

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// An [`ArmDataSource`] served to Terraform.
pub struct DataSourceServer<D> {
    azure: Arc<AzureClient>,
    data_source: PhantomData<fn() -> D>,
}

impl<D: ArmDataSource> DataSourceServer<D> {
    /// Serves the data source from this Azure.
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
        // What the configuration lacks is told before anybody signs in.
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
    /// The ID in the configuration whose object the plan creates.
    fn planned(&self, config: &D) -> Option<String> {
        let cache = self.azure.plan_cache()?;
        let config = config.encode();
        let mut texts = config.as_map()?.values().filter_map(Value::as_str);
        texts.find(|id| cache.plans_creation(id)).map(str::to_owned)
    }
}

/// Says how Terraform reads what is not there before the apply creates it: the ID that it has been
/// given is known, so it does not wait by itself.
fn not_yet(fault: Diagnostic, id: &str) -> Diagnostic {
    let detail = format!(
        "{}\n\nThis plan creates {id}. Add `depends_on` with the resource that creates it to the \
         data source: Terraform then reads it after the apply has created it.",
        fault.detail
    );
    Diagnostic { detail, ..fault }
}
