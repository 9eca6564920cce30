//! What a plan has read of Azure and what it is about to change, for the checks of all resources.

use azure::error::Error;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// An answer of Azure; `None` where there is no such object.
pub type Answer = Result<Option<Arc<Json>>, Arc<Error>>;

/// The reads and the changes of a plan. Only checks use it: a write reads its object again.
#[derive(Default)]
pub struct PlanCache {
    answers: Mutex<HashMap<String, Arc<OnceCell<Answer>>>>,
    creations: Mutex<HashSet<String>>,
    deletions: Mutex<HashSet<String>>,
    openings: Mutex<HashSet<String>>,
    on_record: Mutex<HashSet<String>>,
    stale: AtomicBool,
}

impl PlanCache {
    /// The answer under this key. The first caller reads it, the others wait for that.
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

    /// Records that changes begin: what was read may be outdated.
    pub fn changes_begin(&self) {
        self.stale.store(true, Ordering::Relaxed);
    }

    /// Whether changes have begun.
    pub fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// Records that the plan makes an object.
    pub fn plan_creation(&self, id: &str) {
        held(&self.creations).insert(id.to_lowercase());
    }

    /// Whether the plan makes an object, as far as it has come.
    pub fn plans_creation(&self, id: &str) -> bool {
        held(&self.creations).contains(&id.to_lowercase())
    }

    /// Records that the plan deletes an object.
    pub fn plan_deletion(&self, id: &str) {
        held(&self.deletions).insert(id.to_lowercase());
    }

    /// Whether the plan deletes an object.
    pub fn plans_deletion(&self, id: &str) -> bool {
        held(&self.deletions).contains(&id.to_lowercase())
    }

    /// Records that a state has an object.
    pub fn note_on_record(&self, id: &str) {
        held(&self.on_record).insert(id.to_lowercase());
    }

    /// Whether a state has, or had, an object.
    pub fn was_on_record(&self, id: &str) -> bool {
        held(&self.on_record).contains(&id.to_lowercase())
    }

    /// Records that the plan enables the public network access of a resource.
    pub fn plan_public_access(&self, id: &str) {
        held(&self.openings).insert(id.to_lowercase());
    }

    /// Whether the plan enables the public network access of a resource.
    pub fn plans_public_access(&self, id: &str) -> bool {
        held(&self.openings).contains(&id.to_lowercase())
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
