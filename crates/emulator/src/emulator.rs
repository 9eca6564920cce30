//! The emulator as a value: asked and changed from Rust, stopped.

use std::io;
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
use crate::fault::Fault;
use crate::limits::Limits;
use crate::log::Request;
use crate::rules::access::{Access, Role};
use crate::rules::lock::Lock;
use crate::rules::policy::{Policies, Policy};
use crate::world::store::Store;

/// How long open connections may take to end when the emulator stops.
const GRACE: Duration = Duration::from_secs(1);

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
    /// The first subscription, which has the default world in it.
    pub subscription: String,
    /// Its tenant.
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
    pub(crate) stop: CancellationToken,
    pub(crate) server: Option<JoinHandle<io::Result<()>>>,
    pub(crate) saver: Option<JoinHandle<io::Result<()>>>,
    pub(crate) runtime: Option<Runtime>,
    pub(crate) _folder: Option<TempDir>,
}

impl Emulator {
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
        match self.saver.take() {
            Some(saver) => saver.await.map_err(io::Error::other)?,
            None => Ok(()),
        }
    }

    /// `/subscriptions/S/resourceGroups/RG` of the default world.
    #[must_use]
    pub fn group_id(&self) -> String {
        format!("/subscriptions/{}/resourceGroups/{}", self.subscription, self.resource_group)
    }

    /// Everything that there is: `subscription`, `tenant`, `subscriptions` beside it,
    /// `resources`, `operations`.
    #[must_use]
    pub fn dump(&self) -> Value {
        control::dump(&mut self.app.world())
    }

    /// The resources of [`Emulator::dump`], which says much more.
    #[must_use]
    pub fn resources(&self) -> Vec<Value> {
        control::resources(&mut self.app.world())
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

    /// The number of the latest request.
    #[must_use]
    pub fn last_request(&self) -> u64 {
        self.app.world().log.all().next_back().map_or(0, |request| request.number)
    }

    /// The requests after that of this number, oldest first.
    #[must_use]
    pub fn requests_after(&self, number: u64) -> Vec<Request> {
        let world = self.app.world();
        let mut after: Vec<Request> =
            world.log.all().rev().take_while(|it| it.number > number).cloned().collect();
        after.reverse();
        after
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

    /// Forgets all that is deleted and could be restored, and what it still holds.
    pub fn forget_deleted(&self) {
        let mut world = self.app.world();
        world.trash = Store::default();
        world.releasing.clear();
        world.late_hosts.clear();
    }

    /// Keeps operations from ending until this is called with false.
    pub fn hold_operations(&self, hold: bool) {
        control::hold_operations(&mut self.app.world(), hold);
    }

    /// How many requests have met an order so far.
    pub fn faults_met(&self) -> u64 {
        self.app.world().faults.met
    }

    /// Lets operations take so long from now on, and a subnet take one operation of its endpoints
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

    /// How many requests the subscription may make, from full buckets on.
    pub fn limit(&self, limits: Limits) {
        control::set_limits(&mut self.app.world(), limits);
    }

    /// Denies an action, for example `Microsoft.Network/privateDnsZones/join/action`, at a scope
    /// and below it. `*` stands for any text.
    pub fn deny(&self, scope: &str, action: &str) {
        self.app.world().rules.access.deny(scope, action);
    }

    /// Gives the caller these roles instead of those it has: at first, all rights everywhere.
    pub fn assign(&self, roles: Vec<Role>) {
        self.app.world().rules.access.assign(roles);
    }

    /// Gives a role to somebody else, by object ID and type of principal (`ServicePrincipal`,
    /// `Group`), as role assignments and definitions show it.
    pub fn give(&self, principal: &str, kind: &str, role: &Role) {
        let mut world = self.app.world();
        world.rules.roles.give(principal, kind, role, &self.subscription);
    }

    /// Gives the caller all rights back.
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

    /// Takes the registration of a resource provider in the main subscription back.
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
            // Dropping a runtime inside another one is not allowed; this is.
            runtime.shutdown_background();
        }
    }
}
