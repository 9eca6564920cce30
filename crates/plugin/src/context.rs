//! What a call brings beside the object: time, interruption, private data, a place for warnings.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::journal::{Journal, lock};
use crate::model::Model;
use crate::value::Value;
use serde_json::{Map, Value as Json};
use std::sync::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long an operation may take of which nobody says it.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20 * 60);

/// The surroundings of one call about one object.
#[derive(Debug)]
pub struct Context {
    /// Cancelled when Terraform asks the provider to stop.
    pub stop: CancellationToken,
    /// How long the operation may take.
    pub timeout: Duration,
    /// The configuration as written; null where there is none (read, delete).
    pub config: Value,
    /// Whether the state of a read knows nothing but the ID, as after an import.
    pub importing: bool,
    private: Mutex<Map<String, Json>>,
    warnings: Mutex<Diagnostics>,
    accepted: Mutex<Option<Value>>,
    journal: Journal,
    /// The type of the object in the journal.
    kind: String,
    begun: Mutex<Option<Begun>>,
}

/// What the call has noted.
#[derive(Debug)]
struct Begun {
    id: String,
    /// Whether an earlier run had noted it before.
    before: bool,
}

impl Context {
    /// Surroundings with the private data that Terraform kept.
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
            private: Mutex::new(serde_json::from_slice(private).unwrap_or_default()),
            warnings: Mutex::default(),
            accepted: Mutex::default(),
            journal: Journal::default(),
            kind: String::new(),
            begun: Mutex::default(),
        }
    }

    /// Objects of this type are noted in this journal.
    pub(crate) fn noting(self, journal: &Journal, kind: &str) -> Self {
        Self { journal: journal.clone(), kind: kind.to_owned(), ..self }
    }

    /// Tells the user something without failing.
    pub fn warn(&self, warning: Diagnostic) {
        lock(&self.warnings).push(warning);
    }

    /// Records that the service holds the object from now on, in this form: should the rest
    /// fail, be interrupted or crash, the state keeps it.
    pub fn accepted(&self, model: &impl Model) {
        *lock(&self.accepted) = Some(model.encode());
    }

    /// Whether the service is known to hold the object ([`Context::accepted`]).
    pub fn is_accepted(&self) -> bool {
        lock(&self.accepted).is_some()
    }

    /// A value of the object's private data, which Terraform keeps beside the state.
    pub fn private(&self, key: &str) -> Option<Json> {
        lock(&self.private).get(key).cloned()
    }

    /// Sets a value of the object's private data; `None` removes it.
    pub fn set_private(&self, key: &str, value: Option<Json>) {
        let mut private = lock(&self.private);
        match value {
            Some(value) => drop(private.insert(key.to_owned(), value)),
            None => drop(private.remove(key)),
        }
    }

    /// Takes [`Context::accepted`] back: the object turned out to be somebody else's.
    pub fn not_accepted(&self) {
        *lock(&self.accepted) = None;
    }

    /// Notes that the object of this ID is about to be made, with what must not be forgotten about
    /// it: should this run be killed before the state is written, the next one knows
    /// ([`Context::begun`]).
    pub fn begin(&self, id: &str, facts: &Json) {
        let before = self.begun(id).is_some();
        if self.journal.begin(&self.kind, id, facts) {
            *lock(&self.begun) = Some(Begun { id: id.to_owned(), before });
        }
    }

    /// Replaces what must not be forgotten about the object of this ID, if this process has noted
    /// that it is about to be made ([`Context::begin`]).
    pub fn amend(&self, id: &str, facts: &Json) {
        self.journal.amend(&self.kind, id, facts);
    }

    /// What was about to be made was certainly not: what this call has noted of it is over. What an
    /// earlier run noted may still be true.
    pub fn not_made(&self) {
        if let Some(Begun { id, before: false }) = lock(&self.begun).take() {
            self.journal.forget(&self.kind, &id);
        }
    }

    /// What an earlier run noted when it began to make the object of this ID, if it was ended
    /// before the state was written. It proves that the run has asked for the object, not that the
    /// object is its own.
    pub fn begun(&self, id: &str) -> Option<Json> {
        self.journal.begun(&self.kind, id)
    }

    /// The object of this ID is in the state, or is no more: what was noted of it is over.
    pub fn forget(&self, id: &str) {
        self.journal.forget(&self.kind, id);
    }

    /// The object that was begun is in the answer.
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
