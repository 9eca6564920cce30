//! The configured client of Azure, shared by all resources of a process.

pub mod decode;
pub mod plan_cache;

use self::plan_cache::PlanCache;
use crate::config::check_levels::CheckLevels;
use crate::config::defaults::Defaults;
use crate::config::{Correlation, Resolved, Where};
use crate::explain::explain;
use azure::arm::{Arm, ArmOptions};
use azure::cloud::Cloud;
use azure::credential::HttpClients;
use azure::deadline::{Deadline, WaitGuard, WaitObserver};
use plugin::prelude::*;
use plugin::waits::Waits;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::OnceCell;

/// Client of Azure that all resources of a process share. It signs in when it is first needed.
#[derive(Default)]
pub struct AzureClient {
    configured: RwLock<Option<Arc<Configured>>>,
    /// Levels of the checks in a configuration that is only validated.
    prepared: RwLock<CheckLevels>,
}

struct Configured {
    settings: Resolved,
    user_agent: String,
    arm: OnceCell<Arm>,
    plan_cache: Arc<PlanCache>,
}

impl AzureClient {
    pub(crate) fn configure(&self, settings: Resolved, terraform_version: &str) {
        let version = env!("CARGO_PKG_VERSION");
        let own = format!("terraform-provider-azureai/{version} Terraform/{terraform_version}");
        let user_agent = format!("{own} {}", settings.headers.user_agent);
        let configured = Configured {
            settings,
            user_agent: user_agent.trim_end().to_owned(),
            arm: OnceCell::new(),
            plan_cache: Arc::default(),
        };
        let mut current = self.configured.write().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::new(configured));
    }

    fn configured(&self) -> Option<Arc<Configured>> {
        self.configured.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn prepare(&self, levels: CheckLevels) {
        *self.prepared.write().unwrap_or_else(PoisonError::into_inner) = levels;
    }

    /// Returns the levels of the checks.
    pub fn check_levels(&self) -> CheckLevels {
        match self.configured() {
            Some(configured) => configured.settings.defaults.checks.clone(),
            None => self.prepared.read().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Returns the defaults that the provider's configuration sets for every resource.
    pub fn defaults(&self) -> Defaults {
        let unconfigured = || Defaults { restore: Some(false), ..Defaults::default() };
        self.configured().map_or_else(unconfigured, |it| it.settings.defaults.clone())
    }

    /// Returns the cache of the plan's reads and changes, or `None` before the provider is
    /// configured.
    pub fn plan_cache(&self) -> Option<Arc<PlanCache>> {
        self.configured().map(|it| it.plan_cache.clone())
    }

    /// Returns `true` if the configuration has a credential.
    pub fn has_credentials(&self) -> bool {
        self.configured().is_some_and(|it| it.settings.credential.is_ok())
    }

    /// Returns a signed-in ARM client for changes.
    ///
    /// # Errors
    ///
    /// Errors of [`AzureClient::arm`], and a provider with `read_only = true`.
    pub async fn writable(&self, until: &Deadline) -> Result<Arm, Diagnostic> {
        if self.defaults().read_only {
            let detail = "The provider's configuration has `read_only = true`. Remove it to let \
                          Terraform make changes.";
            return Err(Diagnostic::error("The provider is read-only", detail));
        }
        if let Some(configured) = self.configured() {
            configured.plan_cache.changes_begin();
        }
        self.arm(until).await
    }

    /// Returns a signed-in ARM client.
    ///
    /// # Errors
    ///
    /// A configuration without a credential, an unknown cloud, and a failed sign-in.
    pub async fn arm(&self, until: &Deadline) -> Result<Arm, Diagnostic> {
        let Some(configured) = self.configured() else {
            let detail = "Terraform has not configured the provider yet. Report this as a bug.";
            return Err(Diagnostic::error("The provider is not configured", detail));
        };
        let arm = configured.arm.get_or_try_init(|| configured.connect(until)).await?;
        arm.claims()
            .await
            .map_err(|error| Diagnostic { once: true, ..explain("Connecting to Azure", &error) })?;
        Ok(arm.clone())
    }
}

impl Configured {
    async fn connect(&self, until: &Deadline) -> Result<Arm, Diagnostic> {
        let credential = self.settings.credential.as_ref().map_err(elsewhere)?;
        let client = azure::http_client::client()
            .map_err(|error| explain("Setting up the HTTP client", &error))?;
        let cloud = self.cloud(&client, until).await?;
        let tokens = HttpClients::new(client.clone(), &self.user_agent)
            .and_then(|clients| credential.credential(&cloud, &clients))
            .map_err(|error| explain("Preparing to sign in to Azure", &error))?;
        let options = &self.settings.options;
        let mut options = ArmOptions {
            user_agent: self.user_agent.clone(),
            role_propagation_timeout: options.patience(),
            max_concurrent_requests: options.most_requests(),
            ..ArmOptions::default()
        };
        match &self.settings.headers.correlation_id {
            Correlation::Off => options.correlation_id = String::new(),
            Correlation::Given(id) => options.correlation_id.clone_from(id),
            Correlation::Made => {}
        }
        Arm::new(cloud, tokens, client, options)
            .map_err(|error| explain("Setting up the ARM client", &error))
    }

    async fn cloud(
        &self,
        client: &azure::http_client::Client,
        until: &Deadline,
    ) -> Result<Cloud, Diagnostic> {
        match &self.settings.location {
            Where::Named(name) => Cloud::by_name(name).ok_or_else(|| {
                let detail = "Set `environment` to \"public\", \"usgovernment\" or \"china\".";
                Diagnostic::error(format!("Unknown cloud {name:?}"), detail)
            }),
            Where::Metadata(host) => Cloud::from_metadata(host, client, until)
                .await
                .map_err(|error| explain(&format!("Reading the cloud metadata of {host}"), &error)),
            Where::Endpoints { resource_manager, authority, audience } => {
                Cloud::custom(resource_manager, authority, audience.as_deref())
                    .map_err(|error| explain("Reading the `endpoint` block", &error))
            }
        }
    }
}

/// Returns an error of the provider's configuration for a diagnostic of a resource. The attribute
/// is dropped, because it is not one of the resource's.
fn elsewhere(fault: &Diagnostic) -> Diagnostic {
    fault.clone().at(Path::root())
}

/// The deadline of a call.
pub fn deadline(context: &Context) -> Deadline {
    let recorder = Recorder(context.waits.clone());
    Deadline::new(context.timeout, context.stop.clone()).observed(Arc::new(recorder))
}

/// Records in a call what the requests to Azure wait for.
#[derive(Debug)]
struct Recorder(Waits);

impl WaitObserver for Recorder {
    fn begin(&self, what: String, left: Duration) -> WaitGuard {
        Box::new(self.0.begin(what, left))
    }
}
