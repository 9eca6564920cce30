//! Data sources: objects of ARM that are read, with what belongs to them.
//!
//! What reads one object is an [`ArmData`], served by [`Lookup`]; what chooses among many is an
//! [`ArmSearch`], served by [`Search`]; what judges many that lead to each other is an
//! [`ArmSurvey`], served by [`Surveyed`]. A data source that shows a resource of the provider is a
//! [`whole::Whole`].

mod search;
mod surveyed;
pub mod which;
pub mod whole;

pub(crate) use search::ambiguous;
pub use search::{ArmSearch, Scope, Search};
pub use surveyed::{ArmSurvey, Surveyed};

use crate::arm::{Beside, Found, Home};
use crate::beside::read_beside;
use crate::explain::{explain, unreadable};
use crate::partial::until;
use crate::private_link::Environment;
use crate::provider::Azure;
use async_trait::async_trait;
use azure::arm::Arm;
use azure::credential::Claims;
use azure::deadline::Deadline;
use azure::id::ResourceId;
use plugin::context::Context;
use plugin::data_source::DataSource;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::model::Model;
use plugin::path::Path;
use plugin::value::Value;
use serde_json::Value as Json;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long reading may take when the configuration does not say.
const READ: Duration = Duration::from_secs(300);

/// The object that a data source is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The one with this ID.
    Id(ResourceId),
    /// The only one of this name in a subscription.
    Named {
        /// ID of the subscription.
        subscription: ResourceId,
        /// ARM's name of the type.
        ty: &'static str,
        /// The name.
        name: String,
    },
}

/// An object as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Its ID.
    pub id: &'a ResourceId,
    /// Its body.
    pub body: &'a Json,
    /// What was read along.
    pub beside: &'a Found,
    /// The cloud that it is in; `None` for one that is not known by name.
    pub environment: Option<Environment>,
    /// Who is signed in.
    pub claims: &'a Claims,
}

/// An object of ARM that is only read.
pub trait ArmData: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What people call the object.
    const LABEL: &'static str;

    /// The API version that is spoken with the object.
    fn api(id: &ResourceId) -> &'static str;

    /// The object.
    ///
    /// # Errors
    ///
    /// When part of what names it is missing or malformed.
    fn target(&self, home: &Home) -> Result<Target, Diagnostic>;

    /// The attribute that names the object.
    fn named_by(&self) -> Path;

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
    fn read(&mut self, seen: &Seen<'_>) -> serde_json::Result<()>;

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
        Self { azure, data: PhantomData }
    }

    async fn look_up(&self, mut model: D, until: &Deadline) -> Result<D, Diagnostic> {
        let target = model.target(&self.azure.home())?;
        let arm = self.azure.arm(until).await?;
        let found = Self::fetch(&arm, target, until).await;
        let (id, body, beside) = found.map_err(|fault| fault.at(model.named_by()))?;
        let claims = arm.claims().await;
        let claims = claims.map_err(|error| explain("Signing in", &error))?;
        let seen = Seen {
            id: &id,
            body: &body,
            beside: &beside,
            environment: Environment::by_name(arm.cloud().name()),
            claims: &claims,
        };
        let read = model.read(&seen);
        read.map_err(|fault| unreadable(D::LABEL, &fault))?;
        Ok(model)
    }

    async fn fetch(
        arm: &Arm,
        target: Target,
        until: &Deadline,
    ) -> Result<(ResourceId, Json, Found), Diagnostic> {
        let id = match target {
            Target::Id(id) => id,
            Target::Named { subscription, ty, name } => {
                let api = D::api(&subscription);
                search::only(arm, (&subscription, ty, &name), (D::LABEL, api), until).await?
            }
        };
        let doing = format!("Reading {} {:?}", D::LABEL, id.name());
        let found = arm.get(&id, D::api(&id), until).await;
        let Some(reply) = found.map_err(|error| explain(&doing, &error))? else {
            return Err(absent(D::LABEL, &id));
        };
        let beside = read_beside(arm, D::beside(&id, &reply.body), until).await;
        let beside = beside.map_err(|error| explain(&doing, &error))?;
        Ok((id, reply.body, beside))
    }
}

fn absent(label: &str, id: &ResourceId) -> Diagnostic {
    let summary = format!("{} {:?} does not exist", capitalised(label), id.name());
    let detail = format!("Azure has no {id}, or does not show it to this identity.");
    Diagnostic::error(summary, detail)
}

fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[async_trait]
impl<D: ArmData> DataSource for Lookup<D> {
    type Model = D;

    fn name(&self) -> &'static str {
        D::NAME
    }

    fn timeout(&self) -> Option<Duration> {
        Some(READ)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        D::validate(config)
    }

    async fn read(&self, config: D, context: &Context) -> Result<D, Diagnostics> {
        Ok(self.look_up(config, &until(context)).await?)
    }
}
