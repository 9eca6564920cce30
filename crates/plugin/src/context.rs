//! The context of a call: time limit, interruption, private data, warnings.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::journal::{Journal, lock};
use crate::model::Model;
use crate::value::Value;
use crate::waits::Waits;
use serde_json::{Map, Value as Json};
use std::sync::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Time limit of an operation without one of its own.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20 * 60);

/// The context of one call about one object.
#[derive(Debug)]
pub struct Context {
    /// Cancelled when Terraform asks the provider to stop.
    pub stop: CancellationToken,
    /// Time limit of the operation.
    pub timeout: Duration,
    /// The configuration as written; null for a read or a delete.
    pub config: Value,
    /// If `true`, the state of a read has only the ID, as after an import.
    pub importing: bool,
    /// The recorder of what the call waits for.
    pub waits: Waits,
    private: Mutex<Map<String, Json>>,
    warnings: Mutex<Diagnostics>,
    accepted: Mutex<Option<Value>>,
    journal: Journal,
    /// The type of the object in the journal.
    kind: String,
    begun: Mutex<Option<Begun>>,
}

/// A note of this call in the journal.
#[derive(Debug)]
struct Begun {
    id: String,
    /// If `true`, an earlier run had noted the object before.
    before: bool,
}

impl Context {
    /// Creates a context with the private data that Terraform kept.
    pub(crate) fn new(
        stop: CancellationToken,
        timeout: Duration,
        config: Value,
        private: &[u8],
    ) -> Self {
        Self {
            stop,
            timeout,
            config,
            importing: false,
            waits: Waits::default(),
            private: Mutex::new(serde_json::from_slice(private).unwrap_or_default()),
            warnings: Mutex::default(),
            accepted: Mutex::default(),
            journal: Journal::default(),
            kind: String::new(),
            begun: Mutex::default(),
        }
    }

    /// Returns this context with a journal for objects of this type.
    pub(crate) fn noting(self, journal: &Journal, kind: &str) -> Self {
        Self { journal: journal.clone(), kind: kind.to_owned(), ..self }
    }

    /// Adds a warning to the result of the call.
    pub fn warn(&self, warning: Diagnostic) {
        lock(&self.warnings).push(warning);
    }

    /// Records that the service has the object in this form. The state keeps it even if the rest of
    /// the call fails, is interrupted or crashes.
    pub fn accepted(&self, model: &impl Model) {
        *lock(&self.accepted) = Some(model.encode());
    }

    /// Returns `true` if the service is known to have the object ([`Context::accepted`]).
    pub fn is_accepted(&self) -> bool {
        lock(&self.accepted).is_some()
    }

    /// Returns a value of the object's private data, which Terraform keeps beside the state.
    pub fn private(&self, key: &str) -> Option<Json> {
        lock(&self.private).get(key).cloned()
    }

    /// Sets a value of the object's private data. `None` removes the value.
    pub fn set_private(&self, key: &str, value: Option<Json>) {
        let mut private = lock(&self.private);
        match value {
            Some(value) => drop(private.insert(key.to_owned(), value)),
            None => drop(private.remove(key)),
        }
    }

    /// Reverts [`Context::accepted`]: the object belongs to another client.
    pub fn not_accepted(&self) {
        *lock(&self.accepted) = None;
    }

    /// Notes in the journal that this run is about to create the object of this ID, with facts
    /// about it. If this run is killed before the state is written, the next run finds the note
    /// ([`Context::begun`]).
    pub fn begin(&self, id: &str, facts: &Json) {
        let before = self.begun(id).is_some();
        if self.journal.begin(&self.kind, id, facts) {
            *lock(&self.begun) = Some(Begun { id: id.to_owned(), before });
        }
    }

    /// Replaces the facts about the object of this ID, if this process has noted the object
    /// ([`Context::begin`]).
    pub fn amend(&self, id: &str, facts: &Json) {
        self.journal.amend(&self.kind, id, facts);
    }

    /// Removes this call's note: the object was certainly not created. The note of an earlier run
    /// stays, because it may still be true.
    pub fn not_made(&self) {
        if let Some(Begun { id, before: false }) = lock(&self.begun).take() {
            self.journal.forget(&self.kind, &id);
        }
    }

    /// Returns the facts that an earlier run noted about the object of this ID before it created
    /// the object, if that run ended before the state was written. They prove that the run asked
    /// for the object, not that it created the object.
    pub fn begun(&self, id: &str) -> Option<Json> {
        self.journal.begun(&self.kind, id)
    }

    /// Removes the note about the object of this ID, which is in the state or no longer exists.
    pub fn forget(&self, id: &str) {
        self.journal.forget(&self.kind, id);
    }

    /// Records that the noted object is in the answer to Terraform.
    pub(crate) fn answered(&self) {
        if let Some(Begun { id, .. }) = lock(&self.begun).take() {
            self.journal.answered(&self.kind, &id);
        }
    }

    pub(crate) fn take_accepted(&self) -> Option<Value> {
        lock(&self.accepted).take()
    }

    pub(crate) fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut lock(&self.warnings))
    }

    pub(crate) fn private_bytes(&self) -> Vec<u8> {
        let private = lock(&self.private);
        if private.is_empty() {
            return Vec::new();
        }
        Json::Object(private.clone()).to_string().into_bytes()
    }
}
