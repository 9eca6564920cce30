//! Data sources: objects of ARM that are read, with what belongs to them.

use crate::arm::{Beside, Found, Home};
use crate::explain::{explain, unreadable};
use crate::provider::Azure;
use crate::resource::read_beside;
use crate::setting::until;
use async_trait::async_trait;
use azure::deadline::Deadline;
use azure::id::ResourceId;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::model::Model;
use plugin::path::Path;
use plugin::resource::DataSource;
use plugin::value::Value;
use serde_json::Value as Json;
use std::marker::PhantomData;
use std::sync::Arc;

/// An object of ARM that is only read.
pub trait ArmData: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What people call the object.
    const LABEL: &'static str;
    /// The API version that is spoken with it.
    const API: &'static str;

    /// The object's ID.
    ///
    /// # Errors
    ///
    /// When part of the ID is missing or malformed.
    fn target(&self, home: &Home) -> Result<ResourceId, Diagnostic>;

    /// The attribute that names the object.
    fn named_by() -> Path;

    /// What is read along with it.
    fn beside(id: &ResourceId, body: &Json) -> Vec<Beside> {
        let _ = (id, body);
        Vec::new()
    }

    /// Sets the attributes from what Azure has.
    ///
    /// # Errors
    ///
    /// When the body is not of the form that this API version has.
    fn read(&mut self, id: &ResourceId, body: &Json, beside: &Found) -> serde_json::Result<()>;

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// An [`ArmData`] served to Terraform.
pub struct Lookup<D> {
    azure: Arc<Azure>,
    data: PhantomData<fn() -> D>,
}

impl<D: ArmData> Lookup<D> {
    /// Serves the data source from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self {
            azure,
            data: PhantomData,
        }
    }

    async fn look_up(&self, mut model: D, until: &Deadline) -> Result<D, Diagnostic> {
        let id = model.target(&self.azure.home())?;
        let arm = self.azure.arm(until).await?;
        let doing = format!("Reading {} {:?}", D::LABEL, id.name());
        let found = arm.get(&id, D::API, until).await;
        let Some(reply) = found.map_err(|error| explain(&doing, &error))? else {
            let summary = format!("{} {:?} does not exist", capitalised(D::LABEL), id.name());
            let detail = format!("Azure has no {id}, or does not show it to this identity.");
            return Err(Diagnostic::error(summary, detail).at(D::named_by()));
        };
        let beside = read_beside(&arm, D::beside(&id, &reply.body), until).await;
        let beside = beside.map_err(|error| explain(&doing, &error))?;
        let read = model.read(&id, &reply.body, &beside);
        read.map_err(|fault| unreadable(D::LABEL, &fault))?;
        Ok(model)
    }
}

fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[async_trait]
impl<D: ArmData> DataSource for Lookup<D> {
    type Model = D;

    fn name(&self) -> &'static str {
        D::NAME
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        D::validate(config)
    }

    async fn read(&self, config: D, context: &Context) -> Result<D, Diagnostics> {
        Ok(self.look_up(config, &until(context)).await?)
    }
}
