//! Long-running operations: accepted now, finished when they are due.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::type_info::Poll;
use crate::arm_error::ArmError;
use crate::clock;
use crate::resource_id::ResourceId;

/// Effect of the end of an operation on the resource.
#[derive(Debug, Clone)]
pub(crate) enum OperationKind {
    /// Completes the write. A failed private DNS write restores the previous body.
    Write { before: Option<Value> },
    /// Deletes the resource.
    Delete,
    /// Runs this action with this body.
    Action(String, Value),
    /// No effect, because the operation was bound to fail.
    Nothing,
}

/// Planned end of an operation.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The operation succeeds.
    Succeeded,
    /// The operation fails with an error.
    Failed(ArmError),
    /// The operation never ends.
    Never,
}

impl OperationKind {
    /// Returns the name in a dump.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Write { .. } => "write",
            Self::Delete => "delete",
            Self::Action(..) => "action",
            Self::Nothing => "nothing",
        }
    }
}

/// State of an operation.
#[derive(Debug, Clone)]
pub(crate) enum OperationState {
    /// Not finished.
    Running,
    /// Finished, with or without an error.
    Ended { at: f64, error: Option<ArmError> },
}

/// An operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) resource: ResourceId,
    pub(crate) work: OperationKind,
    pub(crate) state: OperationState,
    pub(crate) started: f64,
    pub(crate) due: f64,
    /// Error with which the operation will fail.
    pub(crate) fail: Option<ArmError>,
    pub(crate) poll: Poll,
    /// `Retry-After` of the type, in seconds.
    pub(crate) retry_after: u64,
    pub(super) status_path: String,
    pub(super) result_path: String,
    pub(super) version: String,
    /// Seed of the URL's signature, which is too long to store.
    pub(super) seed: Uuid,
}

/// Number of finished operations that can still be polled.
const KEPT: usize = 2_000;

/// All operations, in order of acceptance.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    pub(super) list: VecDeque<Operation>,
    accepted: usize,
    /// If `true`, no operation finishes.
    pub(crate) held: bool,
}

impl Operations {
    /// Returns `true` if an operation of a resource is running.
    pub(crate) fn busy(&self, key: &str) -> bool {
        self.list.iter().any(|op| op.is_running() && op.resource.key() == key)
    }

    /// Returns `true` if an operation of a resource's children is running.
    pub(crate) fn busy_below(&self, key: &str) -> bool {
        let prefix = format!("{key}/");
        self.list.iter().any(|op| op.is_running() && op.resource.key().starts_with(&prefix))
    }

    /// Returns the end of the last operation of a resource, if there was one.
    pub(crate) fn last_end(&self, key: &str) -> Option<f64> {
        let ends = self.list.iter().rev().filter(|op| op.resource.key() == key);
        ends.into_iter().find_map(|op| match op.state {
            OperationState::Ended { at, .. } => Some(at),
            OperationState::Running => None,
        })
    }

    /// Returns the resources with running operations.
    pub(crate) fn running(&self) -> impl Iterator<Item = &ResourceId> {
        self.list.iter().filter(|op| op.is_running()).map(|op| &op.resource)
    }

    /// Returns the operations that can be polled, for the dump.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Operation> {
        self.list.iter()
    }

    /// Returns the number of accepted operations.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted
    }

    /// Adds an operation, and removes the oldest finished one if there are too many.
    pub(super) fn add(&mut self, operation: Operation) {
        self.accepted += 1;
        if self.list.len() >= KEPT
            && let Some(oldest) = self.list.iter().position(|op| !op.is_running())
        {
            self.list.remove(oldest);
        }
        self.list.push_back(operation);
    }

    /// Ends the operations of a resource that was deleted or replaced.
    pub(crate) fn supersede(&mut self, key: &str, now: f64) {
        for op in self.list.iter_mut().filter(|op| op.is_running() && op.resource.key() == key) {
            let text = "Operation was canceled.";
            let error = Some(ArmError::new(409, "Canceled", text));
            op.state = OperationState::Ended { at: now, error };
        }
    }
}

impl Operation {
    /// Returns `true` if the operation has not ended.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state, OperationState::Running)
    }

    /// Returns the value of `Azure-AsyncOperation`.
    pub(crate) fn status_url(&self, base: &str) -> String {
        format!("{base}{}?{}", self.status_path, self.status_query())
    }

    /// Returns the value of `Location`.
    pub(crate) fn result_url(&self, base: &str) -> String {
        format!("{base}{}?{}", self.result_path, self.result_query())
    }

    /// Returns the query of the status URL.
    pub(super) fn status_query(&self) -> String {
        match self.poll {
            Poll::Workspace => self.signed("type=async&"),
            Poll::Own => format!("api-version={}&kv-operation={}", self.version, self.id),
            _ => self.signed(""),
        }
    }

    /// Returns the query of the result URL.
    pub(super) fn result_query(&self) -> String {
        match self.poll {
            Poll::Workspace => self.signed("type=location&"),
            Poll::Monitor => format!("monitor=true&{}", self.signed("")),
            Poll::ManagedNetwork => format!("api-version={}", self.version),
            _ => self.signed(""),
        }
    }

    fn signed(&self, what: &str) -> String {
        format!("api-version={}&{what}{}", self.version, signature(self.seed))
    }

    /// Returns the answer of the status URL, whose content depends on the provider.
    pub(super) fn answer(&self) -> Value {
        let mut document = self.document();
        match self.poll {
            Poll::Network | Poll::PrivateDns | Poll::Cosmos => {
                if let Some(map) = document.as_object_mut() {
                    map.retain(|name, _| ["status", "error"].contains(&name.as_str()));
                }
                if self.poll == Poll::Cosmos && self.is_running() {
                    document["status"] = json!("Enqueued");
                }
                if self.poll == Poll::Network
                    && let Some(error) = document.get_mut("error").and_then(Value::as_object_mut)
                {
                    error.entry("details").or_insert_with(|| json!([]));
                }
            }
            Poll::Workspace if document["status"] == json!("Succeeded") => {
                document["percentComplete"] = json!(100.0);
            }
            // Recorded by the Azure CLI's extensions.
            Poll::Perimeter => {
                if self.is_running() {
                    document["status"] = json!("Creating");
                }
                document["properties"] = json!({ "resourceId": self.resource.to_string() });
            }
            // Recorded by the tests of Azure's SDKs. The meaning of the GUID is a guess.
            Poll::MonitorScope => document["properties"] = json!({ "scopeId": self.id }),
            // Recorded by the Azure CLI's tests.
            Poll::ManagedNetwork => {
                if let Some(map) = document.as_object_mut() {
                    map.retain(|name, _| ["id", "status", "error"].contains(&name.as_str()));
                }
            }
            Poll::SharedLink if self.is_running() => document["status"] = json!("Running"),
            Poll::Registry => document["id"] = json!(self.resource.to_string()),
            _ => {}
        }
        document
    }

    /// Returns the full status document.
    pub(crate) fn document(&self) -> Value {
        let mut document = json!({
            "id": self.status_path,
            "name": self.id,
            "startTime": clock::stamp(self.started),
        });
        match &self.state {
            OperationState::Running => document["status"] = json!("InProgress"),
            OperationState::Ended { at, error } => {
                document["endTime"] = json!(clock::stamp(*at));
                document["status"] = json!(if error.is_some() { "Failed" } else { "Succeeded" });
                if let Some(error) = error {
                    document["error"] = error.inner();
                }
            }
        }
        document
    }
}

/// Returns the signature of a polling URL: long, opaque, and required in the poll.
fn signature(guid: Uuid) -> String {
    let noise = |salt: &str, count: usize| {
        let block = |index| Uuid::new_v5(&guid, format!("{salt}{index}").as_bytes());
        let bytes: Vec<u8> = (0..count).flat_map(|index| block(index).into_bytes()).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let (c, s, h) = (noise("c", 120), noise("s", 16), noise("h", 2));
    format!("t=638965043219853120&c={c}&s={s}&h={h}")
}
