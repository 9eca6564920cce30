//! Long-running operations: accepted now, finished when their time has come.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::Answer;
use crate::error::ArmError;
use crate::id::ResourceId;
use crate::kinds::facts::{Facts, Poll};
use crate::kinds::write_late_records;
use crate::rules::policy;
use crate::world::World;

/// What happens to the resource when the operation ends.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    /// The write is complete; a private DNS write that fails leaves what was before.
    Write { before: Option<Value> },
    /// The resource goes.
    Delete,
    /// Nothing: the operation was lost from the start.
    Nothing,
}

/// How an operation is to end.
#[derive(Debug)]
pub(crate) enum Ending {
    /// As it should.
    Well,
    /// With an error.
    Badly(ArmError),
    /// Not at all.
    Never,
}

impl Work {
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
pub(crate) enum State {
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
    pub(crate) work: Work,
    pub(crate) state: State,
    pub(crate) started: f64,
    pub(crate) due: f64,
    /// How it is to fail, when that is settled already.
    pub(crate) fail: Option<ArmError>,
    poll: Poll,
    status_path: String,
    result_path: String,
    version: String,
    /// What the signature is made from: it is too long to be kept.
    seed: Uuid,
}

/// How many operations that have ended can still be polled.
const KEPT: usize = 2_000;

/// All operations, in order of acceptance.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    list: VecDeque<Operation>,
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

    fn add(&mut self, operation: Operation) {
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
            op.state = State::Ended { at: now, error };
        }
    }
}

impl Operation {
    /// Whether it has not ended.
    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state, State::Running)
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

    fn query(&self) -> String {
        signature(&self.version, self.seed)
    }

    /// The document that a status URL answers with.
    pub(crate) fn document(&self) -> Value {
        let mut document = json!({
            "id": self.status_path,
            "name": self.id,
            "startTime": crate::clock::stamp(self.started),
        });
        match &self.state {
            State::Running => document["status"] = json!("InProgress"),
            State::Ended { at, error } => {
                document["endTime"] = json!(crate::clock::stamp(*at));
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

fn paths(facts: &Facts, id: &ResourceId, name: &str, region: &str) -> (String, String) {
    let namespace = facts.namespace();
    let subscription = format!("/subscriptions/{}/providers/{namespace}", id.subscription);
    match facts.poll {
        Poll::Regional => {
            let at = format!("{subscription}/locations/{region}");
            (format!("{at}/operations/{name}"), format!("{at}/operationResults/{name}"))
        }
        Poll::PrivateDns => {
            let group = id.group.as_deref().unwrap_or_default();
            let group = ResourceId::group_id(&id.subscription, group);
            let at = format!("{group}/providers/{namespace}");
            let (status, result) = ("privateDnsOperationStatuses", "privateDnsOperationResults");
            (format!("{at}/{status}/{name}"), format!("{at}/{result}/{name}"))
        }
        Poll::Monitor => {
            let at = format!("{subscription}/operations/{name}");
            (at.clone(), at)
        }
    }
}

impl World {
    /// Starts an operation on a resource.
    pub(crate) fn start(
        &mut self,
        facts: &Facts,
        id: &ResourceId,
        version: &str,
        work: Work,
        ending: Ending,
    ) -> Operation {
        let guid = self.guid();
        let name = match facts.poll {
            // Base64 with its padding, as private DNS has it: it must survive in a path.
            Poll::PrivateDns => STANDARD.encode(format!("{};{guid}", facts.short())),
            _ => guid.to_string(),
        };
        let region = self.region_of(id);
        let (status_path, result_path) = paths(facts, id, &name, &region);
        let now = self.clock.now();
        let seconds = self.settings.operation_seconds;
        let (seconds, fail) = match ending {
            Ending::Well => (seconds, None),
            Ending::Badly(error) => (seconds, Some(error)),
            Ending::Never => (f64::INFINITY, None),
        };
        let operation = Operation {
            id: name,
            resource: id.clone(),
            work,
            state: State::Running,
            started: now,
            due: now + seconds,
            fail,
            poll: facts.poll,
            status_path,
            result_path,
            version: version.to_owned(),
            seed: guid,
        };
        self.operations.add(operation.clone());
        operation
    }

    /// Ends every operation whose time has come. Runs before each request is looked at.
    pub(crate) fn settle(&mut self) {
        if self.operations.held {
            return;
        }
        let now = self.clock.now();
        for index in 0..self.operations.list.len() {
            let operation = &self.operations.list[index];
            if operation.is_running() && operation.due <= now {
                let operation = operation.clone();
                self.end(&operation);
                let state = State::Ended { at: now, error: operation.fail };
                self.operations.list[index].state = state;
            }
        }
        policy::deploy(self);
        write_late_records(self);
    }

    fn end(&mut self, operation: &Operation) {
        let id = &operation.resource;
        match (&operation.work, &operation.fail) {
            (Work::Write { .. }, None) => self.complete(id),
            (Work::Delete, None) => self.remove(&id.to_string()),
            (Work::Write { before }, Some(_)) if operation.poll == Poll::PrivateDns => {
                match (before, self.store.get_mut(&id.to_string())) {
                    (Some(before), Some(resource)) => resource.body = before.clone(),
                    _ => self.remove(&id.to_string()),
                }
            }
            (Work::Write { .. } | Work::Delete, Some(_)) => {
                if let Some(resource) = self.store.get_mut(&id.to_string()) {
                    resource.body["properties"]["provisioningState"] = json!("Failed");
                }
            }
            (Work::Nothing, _) => {}
        }
    }

    /// Answers a request to a polling URL; `None` when it is none.
    pub(crate) fn poll(&mut self, path: &str, query: &str) -> Option<Result<Answer, ArmError>> {
        let list = self.operations.list.iter();
        let mut named = list.filter(|op| op.status_path == path || op.result_path == path);
        let operation = named.next()?.clone();
        let rest = query.strip_prefix("monitor=true&").unwrap_or(query);
        let as_result = operation.result_path == path
            && (operation.poll != Poll::Monitor || rest.len() != query.len());
        if rest != operation.query() {
            let text = "The signature of the operation URL is missing or was altered.";
            return Some(Err(ArmError::new(403, "InvalidOperationSignature", text)));
        }
        if operation.is_running() {
            let document = if as_result { None } else { Some(operation.document()) };
            let accepted = as_result || operation.poll == Poll::PrivateDns;
            let mut answer = Answer::new(if accepted { 202 } else { 200 }, document);
            let own = if as_result {
                ("Location", operation.result_url(&self.settings.base))
            } else {
                ("Azure-AsyncOperation", operation.status_url(&self.settings.base))
            };
            answer.headers.push((own.0.to_owned(), own.1));
            return Some(Ok(answer.header("Retry-After", &self.retry_after())));
        }
        if as_result {
            return Some(self.result(&operation));
        }
        Some(Ok(Answer::new(200, Some(operation.document()))))
    }

    fn result(&self, operation: &Operation) -> Result<Answer, ArmError> {
        if let State::Ended { error: Some(error), .. } = &operation.state {
            return Err(error.clone());
        }
        if matches!(operation.work, Work::Delete) {
            return Ok(Answer::new(204, None));
        }
        let id = operation.resource.to_string();
        Ok(Answer::new(200, self.show(&id, None)))
    }
}
