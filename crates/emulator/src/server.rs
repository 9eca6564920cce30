//! The emulator as a value: started by a builder, asked and changed from Rust, stopped.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::cloud;
use crate::control;
use crate::error::ArmError;
use crate::fault::Fault;
use crate::http::{App, Watcher, router};
use crate::keep;
use crate::limits::{Limits, Meters};
use crate::log::Request;
use crate::manners::Manners;
use crate::rules::Rules;
use crate::seed;
use crate::sign_in::Platform;
use crate::tls::{Certificates, TlsListener, Wire};
use crate::token::Keys;
use crate::world::{Settings, World};

/// How long open connections may take to end when the emulator stops.
const GRACE: Duration = Duration::from_secs(1);

/// How an emulator shall be.
pub struct Builder {
    listen: String,
    ca_file: Option<PathBuf>,
    operation_seconds: f64,
    real_retry_after: bool,
    cloud: String,
    watcher: Option<Watcher>,
    world: Option<PathBuf>,
    state: Option<PathBuf>,
    pub(crate) rules: Rules,
    pub(crate) manners: Manners,
    pub(crate) limits: Limits,
}

impl Builder {
    /// The address to listen on; the default takes a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: &str) -> Self {
        self.listen = address.to_owned();
        self
    }

    /// Where to write the authority's certificate; the default is a temporary folder.
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// How many seconds of the virtual clock a long-running operation takes; with 0 it is
    /// finished when the next request comes.
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

    /// The cloud whose names are used: `public`, `usgovernment` or `china`.
    #[must_use]
    pub fn cloud(mut self, name: &str) -> Self {
        self.cloud = name.to_owned();
        self
    }

    /// Called after each request, for an access log.
    #[must_use]
    pub fn on_request(mut self, watcher: impl Fn(&Request) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Box::new(watcher));
        self
    }

    /// A file with the world to begin with, in the form of a dump, instead of the default one.
    #[must_use]
    pub fn world_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.world = Some(path.into());
        self
    }

    /// A file that keeps the world: read at the start if it is there, written after changes and at
    /// the stop.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(path.into());
        self
    }

    /// Starts it on the current tokio runtime.
    ///
    /// # Errors
    /// When the address is taken, the certificate cannot be written, or the cloud is unknown.
    pub async fn start(self) -> io::Result<Emulator> {
        let unknown = || io::Error::other(format!("unknown cloud '{}'", self.cloud));
        let cloud = cloud::by_name(&self.cloud).ok_or_else(unknown)?;
        let listener = TcpListener::bind(&self.listen).await?;
        let port = listener.local_addr()?.port();
        let certificates = Certificates::make()?;
        let (ca, folder) = write_authority(self.ca_file.as_deref(), &certificates)?;

        let host = format!("localhost:{port}");
        let mut settings = Settings {
            subscription: "5a1ec0de-0000-4000-8000-00000000a1a1".to_owned(),
            tenant: "7e4a4700-0000-4000-8000-00000000a1a2".to_owned(),
            client_id: "c11e4700-0000-4000-8000-00000000a1a3".to_owned(),
            client_secret: "emulator-secret-not-real".to_owned(),
            group: "rg-ai".to_owned(),
            location: "eastus".to_owned(),
            base: format!("https://{host}"),
            operation_seconds: self.operation_seconds,
            real_retry_after: self.real_retry_after,
            cloud,
            keys: Arc::new(Keys::load()?),
            platform: Platform::default(),
        };
        let world = self.state.as_ref().filter(|path| path.exists()).or(self.world.as_ref());
        let mut world = begin(&mut settings, world.map(PathBuf::as_path))?;
        world.rules = self.rules;
        world.manners = self.manners;
        world.meters = Meters::new(self.limits, world.clock.now());

        let stop = CancellationToken::new();
        let app = Arc::new(App::new(world, stop.clone(), self.watcher));
        let keeper = self.state.map(|path| tokio::spawn(keep::keep(app.clone(), path)));
        let listener = TlsListener::start(listener, &certificates, stop.clone())?;
        let service = router(app.clone()).into_make_service_with_connect_info::<Wire>();
        let stopped = stop.clone().cancelled_owned();
        let server = axum::serve(listener, service).with_graceful_shutdown(stopped);
        let server = tokio::spawn(async move { server.await });
        Ok(Emulator {
            base: settings.base.clone(),
            control: format!("{}/_emulator", settings.base),
            host,
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
            keeper,
            runtime: None,
            _folder: folder,
        })
    }
}

impl Builder {
    /// Starts it on a thread of its own, for tests that are not asynchronous. Drop stops it.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub fn start_blocking(self) -> io::Result<Emulator> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let mut emulator = runtime.block_on(self.start())?;
        emulator.runtime = Some(runtime);
        Ok(emulator)
    }
}

/// The world of a file, or the default one.
fn begin(settings: &mut Settings, file: Option<&Path>) -> io::Result<World> {
    let Some(path) = file else {
        let mut world = World::empty(settings.clone());
        let told = |error: ArmError| io::Error::other(format!("{}: {}", error.code, error.message));
        return seed::fill(&mut world).map_err(told).map(|()| world);
    };
    let document = keep::read(path)?;
    keep::settle_in(settings, &document);
    let mut world = World::empty(settings.clone());
    let told = |error| io::Error::other(format!("{}: {error}", path.display()));
    keep::fill(&mut world, &document).map_err(told).map(|()| world)
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

/// A running emulator. It stops when it is dropped.
pub struct Emulator {
    /// `https://localhost:PORT`.
    pub base: String,
    /// `localhost:PORT`.
    pub host: String,
    /// Where the authority's certificate stands, in PEM.
    pub ca: PathBuf,
    /// The authority's certificate in PEM.
    pub ca_pem: String,
    /// The base of the control API.
    pub control: String,
    /// The one subscription.
    pub subscription: String,
    /// The one tenant.
    pub tenant: String,
    /// The service principal's client ID.
    pub client_id: String,
    /// The service principal's secret; plainly no real one.
    pub client_secret: String,
    /// Where a managed identity gets its tokens: `IDENTITY_ENDPOINT`.
    pub identity_endpoint: String,
    /// What it says there: `IDENTITY_HEADER`.
    pub identity_header: String,
    /// Where a job on GitHub gets its ID token: `ACTIONS_ID_TOKEN_REQUEST_URL`.
    pub github_token_url: String,
    /// Where a job on Azure DevOps gets its ID token: `SYSTEM_OIDCREQUESTURI`.
    pub devops_token_url: String,
    /// What both say there: `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `SYSTEM_ACCESSTOKEN`.
    pub request_token: String,
    /// The resource group of the default world.
    pub resource_group: String,
    /// The region of the default world.
    pub location: String,
    pub(crate) app: Arc<App>,
    stop: CancellationToken,
    server: Option<JoinHandle<io::Result<()>>>,
    keeper: Option<JoinHandle<io::Result<()>>>,
    runtime: Option<Runtime>,
    _folder: Option<TempDir>,
}

impl Emulator {
    /// How it shall be, to begin with the defaults.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            listen: "127.0.0.1:0".to_owned(),
            ca_file: None,
            operation_seconds: 0.0,
            real_retry_after: false,
            cloud: "public".to_owned(),
            watcher: None,
            world: None,
            state: None,
            rules: Rules::default(),
            manners: Manners::default(),
            limits: Limits::default(),
        }
    }

    /// What a ready file says.
    #[must_use]
    pub fn facts(&self) -> Value {
        json!({
            "pid": std::process::id(),
            "base": self.base,
            "host": self.host,
            "ca": self.ca,
            "control": self.control,
            "subscription": self.subscription,
            "tenant": self.tenant,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "identity_endpoint": self.identity_endpoint,
            "identity_header": self.identity_header,
            "github_token_url": self.github_token_url,
            "devops_token_url": self.devops_token_url,
            "request_token": self.request_token,
            "resource_group": self.resource_group,
            "location": self.location,
        })
    }

    /// Stops accepting, gives open connections a second, and ends.
    ///
    /// # Errors
    /// When serving had failed.
    pub async fn stop(mut self) -> io::Result<()> {
        self.stop.cancel();
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        match tokio::time::timeout(GRACE, &mut server).await {
            Ok(joined) => joined.map_err(io::Error::other)??,
            Err(_) => server.abort(),
        }
        match self.keeper.take() {
            Some(keeper) => keeper.await.map_err(io::Error::other)?,
            None => Ok(()),
        }
    }

    /// `/subscriptions/S/resourceGroups/RG` of the default world.
    #[must_use]
    pub fn group_id(&self) -> String {
        format!("/subscriptions/{}/resourceGroups/{}", self.subscription, self.resource_group)
    }

    /// Everything that there is: `subscription`, `tenant`, `resources`, `operations`.
    #[must_use]
    pub fn dump(&self) -> Value {
        control::dump(&mut self.app.world())
    }

    /// A resource as its newest api-version shows it.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Value> {
        control::get(&mut self.app.world(), id)
    }

    /// Merges into a resource behind the API's back (RFC 7396), without rules.
    ///
    /// # Errors
    /// Says what is wrong with the ID or the body.
    pub fn patch(&self, id: &str, change: &Value) -> Result<Value, String> {
        control::patch(&mut self.app.world(), id, change)
    }

    /// Puts a resource behind the API's back, without rules.
    ///
    /// # Errors
    /// Says what is wrong with the ID or the body.
    pub fn put(&self, id: &str, body: &Value) -> Result<Value, String> {
        control::put(&mut self.app.world(), id, body)
    }

    /// Deletes a resource, and what hangs on it, behind the API's back. False when it was not
    /// there.
    pub fn delete(&self, id: &str) -> bool {
        control::delete(&mut self.app.world(), id)
    }

    /// The requests so far, oldest first; control requests are not among them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.app.world().log.all().cloned().collect()
    }

    /// Orders a fault.
    pub fn fault(&self, fault: Fault) {
        self.app.world().faults.add(fault);
    }

    /// Takes all orders back.
    pub fn clear_faults(&self) {
        self.app.world().faults.clear();
    }

    /// Moves the clock of operations forward.
    pub fn advance(&self, seconds: f64) {
        control::advance(&mut self.app.world(), seconds);
    }

    /// Keeps operations from ending until this is called with false.
    pub fn hold_operations(&self, hold: bool) {
        control::hold_operations(&mut self.app.world(), hold);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(runtime) = self.runtime.take() {
            // Dropping a runtime inside another one is not allowed; this is.
            runtime.shutdown_background();
        }
    }
}
