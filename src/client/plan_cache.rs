//! Cache of what a plan has read from Azure and of what it changes, for the checks of all
//! resources.

use azure::error::Error;
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// Answer to a read; `None` if the object does not exist.
pub type Answer = Result<Option<Arc<Json>>, Arc<Error>>;

/// The reads and the changes of a plan. Only checks use the cache: a write reads its object again.
#[derive(Default)]
pub struct PlanCache {
    answers: Mutex<HashMap<String, Arc<OnceCell<Answer>>>>,
    creations: Mutex<HashSet<String>>,
    deletions: Mutex<HashSet<String>>,
    replacements: Mutex<HashSet<String>>,
    openings: Mutex<HashSet<String>>,
    on_record: Mutex<HashSet<String>>,
    endpoints: Mutex<HashMap<String, PlannedTarget>>,
    agents: Mutex<HashMap<String, ResourceId>>,
    connections: Mutex<HashMap<String, ResourceId>>,
    networks: Mutex<HashMap<(String, bool), String>>,
    stale: AtomicBool,
}

/// Target of a planned endpoint.
#[derive(Clone, Debug)]
pub struct PlannedTarget {
    /// ID of the target.
    pub target: ResourceId,
    /// Group IDs.
    pub group_ids: Vec<String>,
}

impl PlanCache {
    /// Returns the answer for a key. The first caller reads it, and the others wait for that read.
    pub async fn get_or_read(
        &self,
        key: &str,
        read: impl AsyncFnOnce() -> Result<Option<Json>, Error>,
    ) -> Answer {
        let cell = held(&self.answers).entry(key.to_owned()).or_default().clone();
        let answer = cell.get_or_init(|| async {
            let answer = read().await;
            answer.map(|json| json.map(Arc::new)).map_err(Arc::new)
        });
        answer.await.clone()
    }

    /// Records that changes begin, so cached answers may be outdated.
    pub fn changes_begin(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    /// Returns `true` if changes have begun.
    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// Records that the plan creates an object.
    pub fn plan_creation(&self, id: &str) {
        held(&self.creations).insert(id.to_lowercase());
    }

    /// Returns `true` if the plan creates an object.
    pub fn plans_creation(&self, id: &str) -> bool {
        held(&self.creations).contains(&id.to_lowercase())
    }

    /// Records that the plan deletes an object.
    pub fn plan_deletion(&self, id: &str) {
        held(&self.deletions).insert(id.to_lowercase());
    }

    /// Returns `true` if the plan deletes an object.
    pub fn plans_deletion(&self, id: &str) -> bool {
        held(&self.deletions).contains(&id.to_lowercase())
    }

    /// Records that the plan replaces an object, under its ID or another.
    pub fn plan_replacement(&self, id: &str) {
        held(&self.replacements).insert(id.to_lowercase());
    }

    /// Returns `true` if the plan replaces an object.
    pub fn plans_replacement(&self, id: &str) -> bool {
        held(&self.replacements).contains(&id.to_lowercase())
    }

    /// Returns `true` if the plan replaces an object or one of its parents.
    pub fn plans_replacement_of_or_above(&self, id: &str) -> bool {
        let id = id.to_lowercase();
        let is_in = |above: &String| {
            id.strip_prefix(above.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        held(&self.replacements).iter().any(is_in)
    }

    /// Records that a state contains an object.
    pub fn note_on_record(&self, id: &str) {
        held(&self.on_record).insert(id.to_lowercase());
    }

    /// Returns `true` if a state contains or contained an object.
    pub fn was_on_record(&self, id: &str) -> bool {
        held(&self.on_record).contains(&id.to_lowercase())
    }

    /// Records the target of a planned endpoint.
    pub fn plan_endpoint(&self, id: &str, target: PlannedTarget) {
        held(&self.endpoints).insert(id.to_lowercase(), target);
    }

    /// Returns the target of an endpoint, if the plan creates it.
    pub fn planned_endpoint(&self, id: &str) -> Option<PlannedTarget> {
        held(&self.endpoints).get(&id.to_lowercase()).cloned()
    }

    /// Returns `true` if the plan creates an endpoint to this target.
    pub fn plans_endpoint_to(&self, target: &ResourceId) -> bool {
        held(&self.endpoints).values().any(|endpoint| endpoint.target == *target)
    }

    /// Records that the plan runs the agents of an account in a subnet. Returns another account
    /// whose agents the plan already runs there.
    pub fn plan_agents(&self, subnet: &ResourceId, account: &ResourceId) -> Option<ResourceId> {
        let mut agents = held(&self.agents);
        let first = agents.entry(subnet.as_str().to_lowercase()).or_insert_with(|| account.clone());
        (first != account).then(|| first.clone())
    }

    /// Records the target of a planned connection.
    pub fn plan_connection(&self, id: &ResourceId, target: &ResourceId) {
        held(&self.connections).insert(id.as_str().to_lowercase(), target.clone());
    }

    /// Returns the target of a connection, if the plan writes it.
    pub fn planned_connection(&self, id: &ResourceId) -> Option<ResourceId> {
        held(&self.connections).get(&id.as_str().to_lowercase()).cloned()
    }

    /// Records the isolation mode that a workspace's block or a separate resource sets for the
    /// managed network of a workspace or account. Returns the mode that the other of the two set.
    pub fn plan_network(&self, parent: &ResourceId, block: bool, mode: &str) -> Option<String> {
        let parent = parent.as_str().to_lowercase();
        let mut networks = held(&self.networks);
        let other = networks.get(&(parent.clone(), !block)).cloned();
        networks.insert((parent, block), mode.to_owned());
        other
    }

    /// Returns the isolation mode that the plan sets for the managed network of a workspace or
    /// account.
    pub fn planned_isolation_mode(&self, parent: &ResourceId) -> Option<String> {
        let parent = parent.as_str().to_lowercase();
        let networks = held(&self.networks);
        let said = [false, true].map(|block| networks.get(&(parent.clone(), block)).cloned());
        said.into_iter().flatten().next()
    }

    /// Records that the plan enables public network access of a resource.
    pub fn plan_public_access(&self, id: &str) {
        held(&self.openings).insert(id.to_lowercase());
    }

    /// Returns `true` if the plan enables public network access of a resource.
    pub fn plans_public_access(&self, id: &str) -> bool {
        held(&self.openings).contains(&id.to_lowercase())
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
