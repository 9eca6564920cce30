//! A running emulator with its Rust API: reads, changes, stop.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::control;
use crate::environment::{self, Variable};
use crate::fault::Fault;
use crate::limits::Limits;
use crate::log::Request;
use crate::rules::access::{Access, Role};
use crate::rules::lock::Lock;
use crate::rules::policy::{Policies, Policy};
use crate::world::store::Store;

/// Time for open connections to end when the emulator stops.
const GRACE: Duration = Duration::from_secs(1);

/// A running emulator. Dropping it stops it.
pub struct Emulator {
    /// `https://HOST:PORT`, with the first name of [`crate::Builder::host`], or localhost.
    pub base: String,
    /// `HOST:PORT`.
    pub host: String,
    /// Address that the emulator listens on.
    pub address: SocketAddr,
    /// File with the authority's certificate in PEM. Empty if [`crate::Builder::bootstrap`] serves
    /// the certificate and [`crate::Builder::ca_file`] names no file.
    pub ca: PathBuf,
    /// The authority's certificate in PEM.
    pub ca_pem: String,
    /// Base URL of the control API.
    pub control: String,
    /// URL of the page over http, if [`crate::Builder::page`] gave an address for it.
    pub page: Option<String>,
    /// URL of the certificate's and the variables' server, without a slash at the end, if
    /// [`crate::Builder::bootstrap`] gave an address for it.
    pub bootstrap: Option<String>,
    /// ID of the first subscription, which has the default world.
    pub subscription: String,
    /// Tenant of the first subscription.
    pub tenant: String,
    /// Client ID of the service principal.
    pub client_id: String,
    /// Secret of the service principal, which is visibly not a real one.
    pub client_secret: String,
    /// Token endpoint of managed identities: `IDENTITY_ENDPOINT`.
    pub identity_endpoint: String,
    /// Secret of that endpoint: `IDENTITY_HEADER`.
    pub identity_header: String,
    /// Endpoint of ID tokens for a job on GitHub: `ACTIONS_ID_TOKEN_REQUEST_URL`.
    pub github_token_url: String,
    /// Endpoint of ID tokens for a job on Azure DevOps: `SYSTEM_OIDCREQUESTURI`.
    pub devops_token_url: String,
    /// Secret of both: `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `SYSTEM_ACCESSTOKEN`.
    pub request_token: String,
    /// Resource group of the default world.
    pub resource_group: String,
    /// Region of the default world.
    pub location: String,
    pub(crate) app: Arc<App>,
    pub(crate) stop: CancellationToken,
    pub(crate) server: Option<JoinHandle<io::Result<()>>>,
    /// Servers of the page and of the bootstrap address.
    pub(crate) more_servers: Vec<JoinHandle<io::Result<()>>>,
    pub(crate) saver: Option<JoinHandle<io::Result<()>>>,
    pub(crate) runtime: Option<Runtime>,
    pub(crate) _folder: Option<TempDir>,
}

impl Emulator {
    /// Returns the content of a ready file.
    #[must_use]
    pub fn facts(&self) -> Value {
        json!({
            "pid": std::process::id(),
            "base": self.base,
            "host": self.host,
            "ca": (!self.ca.as_os_str().is_empty()).then_some(&self.ca),
            "control": self.control,
            "page": self.page,
            "bootstrap": self.bootstrap,
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

    /// Returns the variables of all clients. `ca` is the file of the authority on the client's
    /// machine. Without it, the two variables that name the file are missing.
    #[must_use]
    pub fn environment(&self, ca: Option<&str>) -> Vec<Variable> {
        environment::variables(&self.app.world().settings, ca)
    }

    /// Stops accepting connections, gives open ones a second, and ends.
    ///
    /// # Errors
    /// Returns an error if the server had failed.
    pub async fn stop(mut self) -> io::Result<()> {
        self.stop.cancel();
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        match tokio::time::timeout(GRACE, &mut server).await {
            Ok(joined) => joined.map_err(io::Error::other)??,
            Err(_) => server.abort(),
        }
        for mut server in std::mem::take(&mut self.more_servers) {
            match tokio::time::timeout(GRACE, &mut server).await {
                Ok(joined) => joined.map_err(io::Error::other)??,
                Err(_) => server.abort(),
            }
        }
        match self.saver.take() {
            Some(saver) => saver.await.map_err(io::Error::other)?,
            None => Ok(()),
        }
    }

    /// Returns `/subscriptions/S/resourceGroups/RG` of the default world.
    #[must_use]
    pub fn group_id(&self) -> String {
        format!("/subscriptions/{}/resourceGroups/{}", self.subscription, self.resource_group)
    }

    /// Returns the dump of the world: `subscription`, `tenant`, `subscriptions` with the others,
    /// `resources`, `operations`.
    #[must_use]
    pub fn dump(&self) -> Value {
        control::dump(&mut self.app.world())
    }

    /// Returns the resources of [`Emulator::dump`] only.
    #[must_use]
    pub fn resources(&self) -> Vec<Value> {
        control::resources(&mut self.app.world())
    }

    /// Returns a resource as its newest API version shows it.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Value> {
        control::get(&mut self.app.world(), id)
    }

    /// Merges properties into a resource (RFC 7396), without ARM's checks.
    ///
    /// # Errors
    /// Says what is wrong with the ID or the body.
    pub fn patch(&self, id: &str, change: &Value) -> Result<Value, String> {
        control::patch(&mut self.app.world(), id, change)
    }

    /// Stores a resource, without ARM's checks.
    ///
    /// # Errors
    /// Says what is wrong with the ID or the body.
    pub fn put(&self, id: &str, body: &Value) -> Result<Value, String> {
        control::put(&mut self.app.world(), id, body)
    }

    /// Deletes a resource with its dependents, without ARM's checks. Returns `false` if it did not
    /// exist.
    pub fn delete(&self, id: &str) -> bool {
        control::delete(&mut self.app.world(), id)
    }

    /// Returns the requests so far, oldest first, without control requests.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.app.world().log.all().cloned().collect()
    }

    /// Returns the number of the latest request.
    #[must_use]
    pub fn last_request(&self) -> u64 {
        self.app.world().log.all().next_back().map_or(0, |request| request.number)
    }

    /// Returns the requests after the one with this number, oldest first.
    #[must_use]
    pub fn requests_after(&self, number: u64) -> Vec<Request> {
        let world = self.app.world();
        let mut after: Vec<Request> =
            world.log.all().rev().take_while(|it| it.number > number).cloned().collect();
        after.reverse();
        after
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) {
        self.app.world().faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.app.world().faults.clear();
    }

    /// Moves the clock of operations forward.
    pub fn advance(&self, seconds: f64) {
        control::advance(&mut self.app.world(), seconds);
    }

    /// Forgets all deleted accounts, and releases what they still hold.
    pub fn forget_deleted(&self) {
        let mut world = self.app.world();
        world.trash = Store::default();
        world.releasing.clear();
        world.late_hosts.clear();
    }

    /// Holds all operations until this is called with `false`.
    pub fn hold_operations(&self, hold: bool) {
        control::hold_operations(&mut self.app.world(), hold);
    }

    /// Returns the number of requests that a fault has met.
    pub fn faults_met(&self) -> u64 {
        self.app.world().faults.met
    }

    /// Sets the seconds that operations take, and makes a subnet run one operation of its endpoints
    /// at a time.
    pub fn contend(&self, seconds: f64) {
        let mut world = self.app.world();
        world.settings.operation_seconds = seconds.max(0.0);
        world.options.subnet_contention = true;
    }

    /// See [`crate::Builder::foundry_races`].
    pub fn foundry_races(&self, seconds: f64) {
        control::foundry_races(&mut self.app.world(), seconds);
    }

    /// Sets the limits on the rate of requests of a subscription, with full buckets.
    pub fn limit(&self, limits: Limits) {
        control::set_limits(&mut self.app.world(), limits);
    }

    /// Denies an action, for example `Microsoft.Network/privateDnsZones/join/action`, at a scope
    /// and below it. `*` stands for any text.
    pub fn deny(&self, scope: &str, action: &str) {
        self.app.world().rules.access.deny(scope, action);
    }

    /// Gives the caller these roles instead of its current ones, which are all rights everywhere at
    /// the start.
    pub fn assign(&self, roles: Vec<Role>) {
        self.app.world().rules.access.assign(roles);
    }

    /// Assigns a role to another principal, by object ID and type (`ServicePrincipal`, `Group`), so
    /// that role assignments and definitions show it.
    pub fn give(&self, principal: &str, kind: &str, role: &Role) {
        let mut world = self.app.world();
        world.rules.roles.give(principal, kind, role, &self.subscription);
    }

    /// Gives all rights back to the caller.
    pub fn allow_all(&self) {
        self.app.world().rules.access = Access::default();
    }

    /// Locks a scope and what is below it.
    pub fn lock(&self, scope: &str, lock: Lock) {
        self.app.world().rules.lock(scope, lock);
    }

    /// Removes the locks of a scope.
    pub fn unlock(&self, scope: &str) {
        self.app.world().rules.unlock(scope);
    }

    /// Assigns a policy.
    pub fn policy(&self, policy: Policy) {
        self.app.world().rules.policies.add(policy);
    }

    /// Unregisters a resource provider in the first subscription.
    pub fn unregister(&self, namespace: &str) {
        let mut world = self.app.world();
        let subscription = world.settings.subscription.clone();
        world.rules.register(&subscription, namespace, false);
    }

    /// Removes all policies.
    pub fn clear_policies(&self) {
        self.app.world().rules.policies = Policies::default();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(runtime) = self.runtime.take() {
            // Dropping a runtime inside another one panics. This does not.
            runtime.shutdown_background();
        }
    }
}
