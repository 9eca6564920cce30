//! How operations of a world start, end and are polled.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::World;
use super::operation::{Operation, OperationKind, OperationState, Outcome};
use super::type_info::{Poll, TypeInfo};
use crate::arm_error::ArmError;
use crate::resource_id::ResourceId;
use crate::response::HttpResponse;

fn paths(info: &TypeInfo, id: &ResourceId, name: &str, region: &str) -> (String, String) {
    let namespace = info.namespace();
    let subscription = format!("/subscriptions/{}/providers/{namespace}", id.subscription);
    match info.poll {
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
        info: &TypeInfo,
        id: &ResourceId,
        version: &str,
        work: OperationKind,
        ending: Outcome,
    ) -> Operation {
        let guid = self.guid();
        let name = match info.poll {
            // Base64 with its padding, as private DNS has it: it must survive in a path.
            Poll::PrivateDns => STANDARD.encode(format!("{};{guid}", info.short())),
            _ => guid.to_string(),
        };
        let region = self.region_of(id);
        let (status_path, result_path) = paths(info, id, &name, &region);
        let now = self.clock.now();
        let seconds = self.settings.operation_seconds;
        let (seconds, fail) = match ending {
            Outcome::Succeeded => (seconds, None),
            Outcome::Failed(error) => (seconds, Some(error)),
            Outcome::Never => (f64::INFINITY, None),
        };
        let operation = Operation {
            id: name,
            resource: id.clone(),
            work,
            state: OperationState::Running,
            started: now,
            due: now + seconds,
            fail,
            poll: info.poll,
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
                let state = OperationState::Ended { at: now, error: operation.fail };
                self.operations.list[index].state = state;
            }
        }
        for due in self.registry.due {
            due(self);
        }
    }

    fn end(&mut self, operation: &Operation) {
        let id = &operation.resource;
        match (&operation.work, &operation.fail) {
            (OperationKind::Write { .. }, None) => self.complete(id),
            (OperationKind::Delete, None) => self.remove(&id.to_string()),
            (OperationKind::Write { before }, Some(_)) if operation.poll == Poll::PrivateDns => {
                match (before, self.store.get_mut(&id.to_string())) {
                    (Some(before), Some(resource)) => resource.body = before.clone(),
                    _ => self.remove(&id.to_string()),
                }
            }
            (OperationKind::Write { .. } | OperationKind::Delete, Some(_)) => {
                if let Some(resource) = self.store.get_mut(&id.to_string()) {
                    resource.body["properties"]["provisioningState"] = json!("Failed");
                }
            }
            (OperationKind::Nothing, _) => {}
        }
    }

    /// Answers a request to a polling URL; `None` when it is none.
    pub(crate) fn poll(
        &mut self,
        path: &str,
        query: &str,
    ) -> Option<Result<HttpResponse, ArmError>> {
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
            let mut response = HttpResponse::new(if accepted { 202 } else { 200 }, document);
            let own = if as_result {
                ("Location", operation.result_url(&self.settings.base))
            } else {
                ("Azure-AsyncOperation", operation.status_url(&self.settings.base))
            };
            response.headers.push((own.0.to_owned(), own.1));
            return Some(Ok(response.header("Retry-After", &self.retry_after())));
        }
        if as_result {
            return Some(self.result(&operation));
        }
        Some(Ok(HttpResponse::new(200, Some(operation.document()))))
    }

    fn result(&self, operation: &Operation) -> Result<HttpResponse, ArmError> {
        if let OperationState::Ended { error: Some(error), .. } = &operation.state {
            return Err(error.clone());
        }
        if matches!(operation.work, OperationKind::Delete) {
            return Ok(HttpResponse::new(204, None));
        }
        let id = operation.resource.to_string();
        Ok(HttpResponse::new(200, self.show(&id, None)))
    }
}
