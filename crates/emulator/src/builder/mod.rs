//! Settings of an emulator, and its start.

mod address;
mod foundry;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use address::{Names, PlainServers};

use crate::app::{App, Watcher};
use crate::arm::REGISTRY;
use crate::arm_error::ArmError;
use crate::cloud::{self, Cloud};
use crate::connection::{ConnectionSwitch, Patience};
use crate::emulator::Emulator;
use crate::fault::Fault;
use crate::http::router;
use crate::jwt::SigningKey;
use crate::limits::{Limits, RateLimiter};
use crate::log::Request;
use crate::persistence::{self, StateFile};
use crate::rules::Rules;
use crate::rules::access::Role;
use crate::rules::lock::Lock;
use crate::rules::policy::Policy;
use crate::seed;
use crate::tls::{Certificates, TlsListener};
use crate::world::World;
use crate::world::options::Options;
use crate::world::settings::{PlatformSecrets, Settings, Subscription};

/// Settings of an emulator.
pub struct Builder {
    listen: String,
    hosts: Vec<String>,
    page: Option<String>,
    bootstrap: Option<String>,
    ca_file: Option<PathBuf>,
    operation_seconds: f64,
    real_retry_after: bool,
    cloud: String,
    others: Vec<(String, Option<String>)>,
    watcher: Option<Watcher>,
    world: Option<PathBuf>,
    state: Option<PathBuf>,
    rules: Rules,
    options: Options,
    faults: Vec<Fault>,
    limits: Limits,
    patience: Patience,
}

impl Emulator {
    /// Returns the default settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            listen: "127.0.0.1:0".to_owned(),
            hosts: Vec::new(),
            page: None,
            bootstrap: None,
            ca_file: None,
            operation_seconds: 0.0,
            real_retry_after: false,
            cloud: "public".to_owned(),
            others: Vec::new(),
            watcher: None,
            world: None,
            state: None,
            rules: Rules::default(),
            options: Options::default(),
            faults: Vec::new(),
            limits: Limits::default(),
            patience: Patience::default(),
        }
    }
}

impl Builder {
    /// Sets the file for the authority's certificate. Defaults to a file in a temporary folder, or
    /// to no file if [`Builder::bootstrap`] serves the certificate.
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Sets the seconds of the virtual clock that a long-running operation takes. With 0, an
    /// operation ends at the next request.
    #[must_use]
    pub fn operation_seconds(mut self, seconds: f64) -> Self {
        self.operation_seconds = seconds.max(0.0);
        self
    }

    /// Sends `Retry-After: 10` as Azure does, instead of 0 or 1.
    #[must_use]
    pub fn real_retry_after(mut self, real: bool) -> Self {
        self.real_retry_after = real;
        self
    }

    /// Sets the cloud whose names are used: `public`, `usgovernment` or `china`.
    #[must_use]
    pub fn cloud(mut self, name: &str) -> Self {
        self.cloud = name.to_owned();
        self
    }

    /// Adds an empty subscription, in the given tenant or in the first one's.
    #[must_use]
    pub fn other_subscription(mut self, id: &str, tenant: Option<&str>) -> Self {
        self.others.push((id.to_owned(), tenant.map(str::to_owned)));
        self
    }

    /// Sets a callback that runs after each request, for an access log.
    #[must_use]
    pub fn on_request(mut self, watcher: impl Fn(&Request) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }

    /// Sets a file with the initial world, in the form of a dump. Defaults to the built-in world.
    #[must_use]
    pub fn world_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.world = Some(path.into());
        self
    }

    /// Sets a file that keeps the world. The emulator reads it at the start if it exists, and
    /// writes it after changes and at the stop.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(path.into());
        self
    }

    /// Sets the maximum number of entries in a page of any list. Defaults to Azure's page sizes.
    #[must_use]
    pub fn page_size(mut self, size: usize) -> Self {
        self.options.page_size = Some(size.max(1));
        self
    }

    /// If `true`, leaves unknown properties out of bodies and reports them in the header
    /// `x-ms-emulator-warning`, instead of refusing the request.
    #[must_use]
    pub fn loose(mut self, loose: bool) -> Self {
        self.options.loose = loose;
        self
    }

    /// If `true`, a subnet runs one operation of its endpoints at a time. Others get 429
    /// `RetryableError`, as in Azure under high load.
    #[must_use]
    pub fn subnet_contention(mut self, contention: bool) -> Self {
        self.options.subnet_contention = contention;
        self
    }

    /// Delays the records of a zone group by this number of seconds of the virtual clock after the
    /// end of the group's operation.
    #[must_use]
    pub fn record_seconds(mut self, seconds: f64) -> Self {
        self.options.record_seconds = seconds.max(0.0);
        self
    }

    /// If `true`, a `PATCH` of a workspace adds user-assigned identities to the existing ones,
    /// instead of replacing them. No recording shows which of the two Azure does.
    #[must_use]
    pub fn adds_identities(mut self, adds: bool) -> Self {
        self.options.adds_identities = adds;
        self
    }

    /// Sets the limits on the rate of requests of a subscription.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the time limit of a request from its first byte on, and of an idle connection. The
    /// defaults are 30 and 120 seconds.
    #[must_use]
    pub fn patience(mut self, request: Duration, idle: Duration) -> Self {
        self.patience = Patience { request, idle };
        self
    }

    /// Denies an action at a scope from the start. See [`Emulator::deny`].
    #[must_use]
    pub fn deny(mut self, scope: &str, action: &str) -> Self {
        self.rules.access.deny(scope, action);
        self
    }

    /// Gives the caller these roles instead of all rights. See [`Emulator::assign`].
    #[must_use]
    pub fn assign(mut self, roles: Vec<Role>) -> Self {
        self.rules.access.assign(roles);
        self
    }

    /// Locks a scope from the start.
    #[must_use]
    pub fn lock(mut self, scope: &str, lock: Lock) -> Self {
        self.rules.lock(scope, lock);
        self
    }

    /// Assigns a policy from the start.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.rules.policies.add(policy);
        self
    }

    fn settings(&self, cloud: &'static Cloud, names: Names) -> io::Result<Settings> {
        let tenant = "7e4a4700-0000-4000-8000-00000000a1a2";
        let mut hosts = names.all;
        hosts.extend(self.listen.rsplit_once(':').map(|(name, _)| name.to_owned()));
        let others = self.others.iter().map(|(id, other)| Subscription {
            id: id.clone(),
            tenant: other.as_deref().unwrap_or(tenant).to_owned(),
        });
        Ok(Settings {
            subscription: "5a1ec0de-0000-4000-8000-00000000a1a1".to_owned(),
            tenant: tenant.to_owned(),
            others: others.collect(),
            client_id: "c11e4700-0000-4000-8000-00000000a1a3".to_owned(),
            client_secret: "emulator-secret-not-real".to_owned(),
            group: "rg-ai".to_owned(),
            location: "eastus".to_owned(),
            base: format!("https://{}", names.host),
            hosts,
            operation_seconds: self.operation_seconds,
            real_retry_after: self.real_retry_after,
            cloud,
            signing_key: Arc::new(SigningKey::load()?),
            platform: PlatformSecrets::default(),
        })
    }

    /// Starts the emulator on the current tokio runtime.
    ///
    /// # Errors
    /// Returns an error if an address is in use, a name is invalid, the certificate cannot be
    /// written, or the cloud is unknown.
    pub async fn start(self) -> io::Result<Emulator> {
        let unknown = || io::Error::other(format!("The cloud '{}' is unknown", self.cloud));
        let cloud = cloud::by_name(&self.cloud).ok_or_else(unknown)?;
        let state = match &self.state {
            Some(path) => Some(StateFile::hold(path).await?),
            None => None,
        };
        let listener = TcpListener::bind(&self.listen).await?;
        let address = listener.local_addr()?;
        let names = Names::read(&self.hosts, address.port())?;
        let plain = PlainServers::bind(self.page.as_deref(), self.bootstrap.as_deref()).await?;
        let certificates = Certificates::make(&names.all)?;
        let (ca, folder) = match (&self.ca_file, &self.bootstrap) {
            (None, Some(_)) => (PathBuf::new(), None),
            (file, _) => write_authority(file.as_deref(), &certificates)?,
        };

        let host = names.host.clone();
        let mut settings = self.settings(cloud, names)?;
        let world = self.state.as_ref().filter(|path| path.exists()).or(self.world.as_ref());
        let mut world = begin(&mut settings, world.map(PathBuf::as_path))?;
        world.rules = self.rules.with_roles(std::mem::take(&mut world.rules.roles));
        world.options = self.options;
        world.rate_limiter = RateLimiter::new(self.limits, world.clock.now());
        self.faults.into_iter().for_each(|fault| world.faults.add(fault));

        let stop = CancellationToken::new();
        let app = Arc::new(App::new(world, stop.clone(), self.watcher, self.patience));
        let saver = state.map(|state| tokio::spawn(persistence::save_changes(app.clone(), state)));
        let listener = TlsListener::start(listener, &certificates, self.patience, stop.clone())?;
        let service = router(app.clone()).into_make_service_with_connect_info::<ConnectionSwitch>();
        let stopped = stop.clone().cancelled_owned();
        let server = axum::serve(listener, service).with_graceful_shutdown(stopped);
        let server = tokio::spawn(async move { server.await });
        Ok(Emulator {
            base: settings.base.clone(),
            control: format!("{}/_emulator", settings.base),
            page: plain.page_url(),
            bootstrap: plain.bootstrap_url(&host),
            more_servers: plain.serve(&app, &certificates.authority_pem),
            host,
            address,
            ca,
            ca_pem: certificates.authority_pem,
            subscription: settings.subscription,
            tenant: settings.tenant,
            client_id: settings.client_id,
            client_secret: settings.client_secret,
            identity_endpoint: format!("{}/msi/token", settings.base),
            identity_header: settings.platform.identity_header,
            github_token_url: format!("{}/github/idtoken?api-version=2.0", settings.base),
            devops_token_url: format!("{}/devops/oidctoken", settings.base),
            request_token: settings.platform.request_token,
            resource_group: settings.group,
            location: settings.location,
            app,
            stop,
            server: Some(server),
            saver,
            runtime: None,
            _folder: folder,
        })
    }

    /// Starts the emulator on a thread of its own, for synchronous tests. Dropping it stops it.
    ///
    /// # Errors
    /// Returns the errors of [`Builder::start`].
    pub fn start_blocking(self) -> io::Result<Emulator> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let mut emulator = runtime.block_on(self.start())?;
        emulator.runtime = Some(runtime);
        Ok(emulator)
    }
}

/// Creates the world of a file, or the default one.
fn begin(settings: &mut Settings, file: Option<&Path>) -> io::Result<World> {
    let Some(path) = file else {
        let mut world = World::empty(settings.clone(), &REGISTRY);
        let told = |error: ArmError| io::Error::other(format!("{}: {}", error.code, error.message));
        return seed::fill(&mut world).map_err(told).map(|()| world);
    };
    let document = persistence::read(path)?;
    let told = |error| io::Error::other(format!("{}: {error}", path.display()));
    persistence::apply_settings(settings, &document).map_err(told)?;
    let mut world = World::empty(settings.clone(), &REGISTRY);
    persistence::fill(&mut world, &document).map_err(told).map(|()| world)
}

fn write_authority(
    file: Option<&Path>,
    certificates: &Certificates,
) -> io::Result<(PathBuf, Option<TempDir>)> {
    let (path, folder) = match file {
        Some(path) => (std::path::absolute(path)?, None),
        None => {
            let folder = tempfile::Builder::new().prefix("azureai-emulator-").tempdir()?;
            (folder.path().join("ca.pem"), Some(folder))
        }
    };
    std::fs::write(&path, &certificates.authority_pem)?;
    Ok((path, folder))
}
