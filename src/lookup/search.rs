//! Data sources that choose among the objects of subscriptions and resource groups.

use super::{READ, capitalised};
use crate::arm::Home;
use crate::explain::explain;
use crate::partial::until;
use crate::provider::Azure;
use async_trait::async_trait;
use azure::arm::Arm;
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

/// Where objects are looked for.
#[derive(Clone, Debug)]
pub struct Scope {
    /// ID of a subscription or a resource group.
    pub id: ResourceId,
    /// The attribute that names it.
    pub path: Path,
}

/// A choice among the objects of a type.
pub trait ArmSearch: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What people call one of the objects.
    const LABEL: &'static str;
    /// The type in ARM.
    const TYPE: &'static str;
    /// The API version that is spoken with it.
    const API: &'static str;

    /// Where the objects are looked for.
    ///
    /// # Errors
    ///
    /// When nothing says where.
    fn scopes(&self, home: &Home) -> Result<Vec<Scope>, Diagnostic>;

    /// Chooses among the objects that were found, in the order of the scopes.
    ///
    /// # Errors
    ///
    /// When the choice is not clear.
    fn choose(&mut self, found: &[ResourceId], scopes: &[Scope]) -> Result<(), Diagnostics>;

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// An [`ArmSearch`] served to Terraform.
pub struct Search<S> {
    azure: Arc<Azure>,
    search: PhantomData<fn() -> S>,
}

impl<S: ArmSearch> Search<S> {
    /// Serves the data source from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, search: PhantomData }
    }

    async fn find(&self, model: &S, until: &Deadline) -> Result<Found, Diagnostic> {
        let scopes = model.scopes(&self.azure.home())?;
        let arm = self.azure.arm(until).await?;
        let mut found: Vec<ResourceId> = Vec::new();
        for scope in &scopes {
            let listed = list(&arm, (&scope.id, S::TYPE, S::API), S::LABEL, until).await;
            for id in listed.map_err(|fault| fault.at(scope.path.clone()))? {
                // A group and its subscription may both be given.
                if !found.contains(&id) {
                    found.push(id);
                }
            }
        }
        Ok(Found { ids: found, scopes })
    }
}

struct Found {
    ids: Vec<ResourceId>,
    scopes: Vec<Scope>,
}

#[async_trait]
impl<S: ArmSearch> DataSource for Search<S> {
    type Model = S;

    fn name(&self) -> &'static str {
        S::NAME
    }

    fn timeout(&self) -> Option<Duration> {
        Some(READ)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        S::validate(config)
    }

    async fn read(&self, mut config: S, context: &Context) -> Result<S, Diagnostics> {
        let found = self.find(&config, &until(context)).await?;
        config.choose(&found.ids, &found.scopes)?;
        Ok(config)
    }
}

/// The IDs of the objects of a type in a subscription or a resource group.
async fn list(
    arm: &Arm,
    (scope, ty, api): (&ResourceId, &str, &str),
    label: &str,
    until: &Deadline,
) -> Result<Vec<ResourceId>, Diagnostic> {
    let listed = arm.list(scope, &format!("providers/{ty}"), api, until).await;
    let doing = format!("Looking for a {label} in {scope}");
    let listed = listed.map_err(|error| explain(&doing, &error))?;
    let id = |object: &Json| ResourceId::parse(object["id"].as_str()?).ok();
    Ok(listed.iter().filter_map(id).map(|id| id.canonical(ty)).collect())
}

/// The only object of that type and name in a subscription.
pub(super) async fn only(
    arm: &Arm,
    (subscription, ty, name): (&ResourceId, &'static str, &str),
    (label, api): (&str, &str),
    until: &Deadline,
) -> Result<ResourceId, Diagnostic> {
    let mut found = list(arm, (subscription, ty, api), label, until).await?;
    found.retain(|id| id.name().eq_ignore_ascii_case(name));
    match &found[..] {
        [id] => Ok(id.clone()),
        [] => {
            let summary = format!("{} {name:?} does not exist", capitalised(label));
            let detail = format!(
                "Azure has none of this name in {subscription}, or does not show it to this \
                 identity."
            );
            Err(Diagnostic::error(summary, detail))
        }
        several => Err(ambiguous(label, name, several)),
    }
}

/// That several objects have a name.
pub(crate) fn ambiguous(label: &str, name: &str, candidates: &[ResourceId]) -> Diagnostic {
    let summary = format!("{} {label}s have the name {name:?}", candidates.len());
    let list = candidates.iter().map(|id| format!("\n  - {id}"));
    let detail = format!(
        "Say which one is meant, by its ID or by its resource group:{}",
        list.collect::<String>()
    );
    Diagnostic::error(summary, detail)
}
