//! Long-running operations as data: accepted now, finished when their time has come.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::type_info::Poll;
use crate::arm_error::ArmError;
use crate::clock;
use crate::resource_id::ResourceId;

/// What happens to the resource when the operation ends.
#[derive(Debug, Clone)]
pub(crate) enum OperationKind {
    /// The write is complete; a private DNS write that fails leaves what was before.
    Write { before: Option<Value> },
    /// The resource goes.
    Delete,
    /// Nothing: the operation was lost from the start.
    Nothing,
}

/// How an operation is to end.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// As it should.
    Succeeded,
    /// With an error.
    Failed(ArmError),
    /// Not at all.
    Never,
}

impl OperationKind {
    /// What a dump calls it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Write { .. } => "write",
            Self::Delete => "delete",
            Self::Nothing => "nothing",
        }
    }
}

/// How an operation stands.
#[derive(Debug, Clone)]
pub(crate) enum OperationState {
    /// Not finished.
    Running,
    /// Finished, well or not.
    Ended { at: f64, error: Option<ArmError> },
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) resource: ResourceId,
    pub(crate) work: OperationKind,
    pub(crate) state: OperationState,
    pub(crate) started: f64,
    pub(crate) due: f64,
    /// How it is to fail, when that is settled already.
    pub(crate) fail: Option<ArmError>,
    pub(super) poll: Poll,
    pub(super) status_path: String,
    pub(super) result_path: String,
    pub(super) version: String,
    /// What the signature is made from: it is too long to be kept.
    pub(super) seed: Uuid,
}

/// How many operations that have ended can still be polled.
const KEPT: usize = 2_000;

/// All operations, in order of acceptance.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    pub(super) list: VecDeque<Operation>,
    accepted: usize,
    /// While true nothing finishes.
    pub(crate) held: bool,
}

impl Operations {
    /// Whether something is under way for a resource.
    pub(crate) fn busy(&self, key: &str) -> bool {
        self.list.iter().any(|op| op.is_running() && op.resource.key() == key)
    }

    /// Whether something is under way for the children of a resource.
    pub(crate) fn busy_below(&self, key: &str) -> bool {
        let prefix = format!("{key}/");
        self.list.iter().any(|op| op.is_running() && op.resource.key().starts_with(&prefix))
    }

    /// What is under way.
    pub(crate) fn running(&self) -> impl Iterator<Item = &ResourceId> {
        self.list.iter().filter(|op| op.is_running()).map(|op| &op.resource)
    }

    /// Those that can be polled, for the dump.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Operation> {
        self.list.iter()
    }

    /// How many there have been.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted
    }

    /// Remembers one, and forgets the oldest that has ended when there are too many.
    pub(super) fn add(&mut self, operation: Operation) {
        self.accepted += 1;
        if self.list.len() >= KEPT
            && let Some(oldest) = self.list.iter().position(|op| !op.is_running())
        {
            self.list.remove(oldest);
        }
        self.list.push_back(operation);
    }

    /// Forgets what was under way for a resource that is now deleted or replaced.
    pub(crate) fn supersede(&mut self, key: &str, now: f64) {
        for op in self.list.iter_mut().filter(|op| op.is_running() && op.resource.key() == key) {
            let text = "Operation was canceled.";
            let error = Some(ArmError::new(409, "Canceled", text));
            op.state = OperationState::Ended { at: now, error };
        }
    }
}

impl Operation {
    /// Whether it has not ended.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state, OperationState::Running)
    }

    /// The value of `Azure-AsyncOperation`.
    pub(crate) fn status_url(&self, base: &str) -> String {
        format!("{base}{}?{}", self.status_path, self.query())
    }

    /// The value of `Location`.
    pub(crate) fn result_url(&self, base: &str) -> String {
        let monitor = if self.poll == Poll::Monitor { "monitor=true&" } else { "" };
        format!("{base}{}?{monitor}{}", self.result_path, self.query())
    }

    /// The signed query of its polling URLs.
    pub(super) fn query(&self) -> String {
        signature(&self.version, self.seed)
    }

    /// The document that a status URL answers with.
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

/// The signed query of a polling URL: long, opaque, and to be sent back as it is.
fn signature(version: &str, guid: Uuid) -> String {
    let noise = |salt: &str, count: usize| {
        let block = |index| Uuid::new_v5(&guid, format!("{salt}{index}").as_bytes());
        let bytes: Vec<u8> = (0..count).flat_map(|index| block(index).into_bytes()).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let (c, s, h) = (noise("c", 120), noise("s", 16), noise("h", 2));
    format!("api-version={version}&t=638965043219853120&c={c}&s={s}&h={h}")
}
