//! Data sources that judge many objects, which lead to each other.

use super::READ;
use crate::explain::explain;
use crate::partial::until;
use crate::provider::Azure;
use crate::survey::{Survey, survey};
use async_trait::async_trait;
use azure::resolver;
use plugin::context::Context;
use plugin::data_source::DataSource;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::model::Model;
use plugin::value::Value;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A judgement of what a survey shows.
pub trait ArmSurvey: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What is being done when it is read, such as `Judging the isolation of a workspace`.
    const DOING: &'static str;

    /// Sets the attributes from what the survey shows.
    ///
    /// # Errors
    ///
    /// When there is nothing to judge.
    fn judge(&mut self, survey: &Survey) -> Result<(), Diagnostic>;

    /// Names that the resolver of this machine is asked for as well, by what was judged.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Sets the attributes from the addresses of those names; what leads nowhere has none.
    fn resolved(&mut self, addresses: &BTreeMap<String, Vec<IpAddr>>) {
        let _ = addresses;
    }

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// An [`ArmSurvey`] served to Terraform.
pub struct Surveyed<S> {
    azure: Arc<Azure>,
    survey: PhantomData<fn() -> S>,
}

impl<S: ArmSurvey> Surveyed<S> {
    /// Serves the data source from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, survey: PhantomData }
    }
}

#[async_trait]
impl<S: ArmSurvey> DataSource for Surveyed<S> {
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

    async fn read(&self, config: S, context: &Context) -> Result<S, Diagnostics> {
        let until = until(context);
        let arm = self.azure.arm(&until).await?;
        let judge = |seen: &Survey| {
            let mut model = config.clone();
            model.judge(seen).map(|()| model)
        };
        let judged = survey(&arm, Survey::default(), judge, &until).await;
        let mut model = judged.map_err(|error| explain(S::DOING, &error))??;
        let names = model.names();
        if !names.is_empty() {
            let addresses = resolver::addresses(&names, &until).await;
            model.resolved(&addresses.map_err(|error| explain(S::DOING, &error))?);
        }
        Ok(model)
    }
}
