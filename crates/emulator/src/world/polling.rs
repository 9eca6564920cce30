//! Start, end and polling of a world's operations.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use uuid::Uuid;

use super::World;
use super::operation::{Operation, OperationKind, OperationState, Outcome};
use super::resource_type::ResourceType;
use super::type_info::Poll;
use super::type_info::TypeInfo;
use crate::arm_error::ArmError;
use crate::resource_id::ResourceId;
use crate::response::HttpResponse;

/// Seconds that Azure asks to wait for the deletion of a resource group (recorded by Azure Service
/// Operator's tests).
const GROUP_RETRY_AFTER: u64 = 15;

/// Returns the paths of the status and of the result of an operation.
fn paths(
    poll: Poll,
    (namespace, id): (&str, &ResourceId),
    name: &str,
    region: &str,
) -> (String, String) {
    let subscription = format!("/subscriptions/{}", id.subscription);
    let at = format!("{subscription}/providers/{namespace}/locations/{region}");
    let both = |path: String| (path.clone(), path);
    match poll {
        Poll::Regional | Poll::Network => {
            (format!("{at}/operations/{name}"), format!("{at}/operationResults/{name}"))
        }
        Poll::Registry => {
            let registry = id.parent().unwrap_or_else(|| id.clone());
            let result = format!("{at}/operationResults/{name}");
            (format!("{registry}/operationStatuses/{name}"), result)
        }
        Poll::SharedLink => {
            (format!("{id}/operationStatuses/{name}"), format!("{id}/operationResults/{name}"))
        }
        Poll::PrivateDns => {
            let group = id.group.as_deref().unwrap_or_default();
            let group = ResourceId::group_id(&id.subscription, group);
            let at = format!("{group}/providers/{namespace}");
            let (status, result) = ("privateDnsOperationStatuses", "privateDnsOperationResults");
            (format!("{at}/{status}/{name}"), format!("{at}/{result}/{name}"))
        }
        Poll::Monitor => both(format!("{at}/asyncoperations/{name}")),
        Poll::Perimeter => {
            let status = format!("{at}/networkSecurityPerimeterOperationStatuses/{name}");
            (status, format!("{at}/operationResults/{name}"))
        }
        Poll::MonitorScope => {
            let at =
                format!("{subscription}/providers/microsoft.insights/privatelinkscopeoperation");
            (format!("{at}statuses/{name}"), format!("{at}results/{name}"))
        }
        Poll::Cosmos => {
            (format!("{at}/operationsStatus/{name}"), format!("{id}/operationResults/{name}"))
        }
        Poll::Workspace => both(format!("{at}/workspaceOperationsStatus/{name}")),
        Poll::Own => both(id.to_string()),
        Poll::ManagedNetwork => {
            let provider = "Microsoft.MachineLearningServices";
            let at = format!("{subscription}/providers/{provider}/locations/{region}");
            (format!("{at}/mfeOperationsStatus/{name}"), id.to_string())
        }
        Poll::Group => both(format!("{subscription}/operationresults/{name}")),
    }
}

impl World {
    /// Starts an operation on a resource.
    pub(crate) fn start(
        &mut self,
        id: &ResourceId,
        version: &str,
        work: OperationKind,
        ending: Outcome,
    ) -> Operation {
        let guid = self.guid();
        // An ID without a type is a resource group.
        let info = self.type_of(id).map(ResourceType::info);
        let (poll, retry_after) =
            info.map_or((Poll::Group, GROUP_RETRY_AFTER), |info| (info.poll, info.retry_after));
        let short = info.map_or("", TypeInfo::short);
        let name = match poll {
            // Base64 with padding, as private DNS has it. The name must survive in a path.
            Poll::PrivateDns => STANDARD.encode(format!("{short};{guid}")),
            Poll::Registry => format!("{}-{guid}", short.to_ascii_lowercase()),
            Poll::ManagedNetwork => format!("mnet:{}_{guid}", self.network_name(id)),
            _ => guid.to_string(),
        };
        let namespace = info.map_or("", TypeInfo::namespace);
        let region = self.region_of(id);
        let (status_path, result_path) = paths(poll, (namespace, id), &name, &region);
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
            poll,
            retry_after,
            status_path,
            result_path,
            version: version.to_owned(),
            seed: guid,
        };
        self.operations.add(operation.clone());
        operation
    }

    /// Returns the name of a managed network's operation, which follows the account's GUID. The
    /// name of the network's own operation has an additional part, whose content is a guess. The
    /// names of its rules' operations do not have it.
    fn network_name(&self, id: &ResourceId) -> String {
        let account = self.store.get(&id.root().to_string());
        let guid = account.map(|it| it.text("internalId")).unwrap_or_default();
        let guid = Uuid::parse_str(guid).unwrap_or_default();
        let part = if id.names.len() > 2 { "" } else { "-0" };
        format!("{guid}:{guid}{part}")
    }

    /// Starts an operation whose work is already done.
    pub(crate) fn start_done(&mut self, id: &ResourceId, version: &str) -> Operation {
        let operation = self.start(id, version, OperationKind::Nothing, Outcome::Succeeded);
        let at = operation.started;
        if let Some(last) = self.operations.list.back_mut() {
            last.state = OperationState::Ended { at, error: None };
        }
        operation
    }

    /// Ends every operation that is due. Runs before each request.
    pub(crate) fn settle(&mut self) {
        if self.operations.held {
            return;
        }
        let now = self.clock.now();
        for index in 0..self.operations.list.len() {
            let operation = &self.operations.list[index];
            if operation.is_running() && operation.due <= now && !self.is_held_up(operation) {
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

    /// Returns `true` if a write still waits for something else.
    fn is_held_up(&self, operation: &Operation) -> bool {
        let writes = matches!(operation.work, OperationKind::Write { .. });
        let (id, age) = (&operation.resource, self.clock.now() - operation.started);
        let known = self.type_of(id).filter(|_| writes && operation.fail.is_none());
        known.is_some_and(|known| known.is_held_up(self, id, age))
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
                    // Only the resource itself can show the error.
                    if operation.poll == Poll::Own {
                        resource.body["error"] =
                            json!(operation.fail.as_ref().map(ArmError::inner));
                    }
                }
            }
            (OperationKind::Action(name, body), None) => {
                if let Some(known) = self.type_of(id) {
                    known.on_acted(self, id, (name, body));
                }
            }
            (OperationKind::Action(..), Some(_)) | (OperationKind::Nothing, _) => {}
        }
    }

    /// Answers a request to a polling URL, or returns `None` for other requests.
    pub(crate) fn poll(
        &mut self,
        path: &str,
        query: &str,
    ) -> Option<Result<HttpResponse, ArmError>> {
        let list = self.operations.list.iter().filter(|op| op.poll != Poll::Own);
        let result_is_polled = |op: &&Operation| op.poll != Poll::ManagedNetwork;
        let mut named = list.filter(|op| {
            op.status_path == path || (op.result_path == path && result_is_polled(op))
        });
        let operation = named.next()?.clone();
        let is_result = operation.result_path == path && operation.result_query() == query;
        let is_status = operation.status_path == path && operation.status_query() == query;
        if !is_result && !is_status {
            let text = "The signature of the operation URL is missing or was altered.";
            return Some(Err(ArmError::new(403, "InvalidOperationSignature", text)));
        }
        if operation.is_running() {
            return Some(Ok(self.running(&operation, is_result)));
        }
        if is_result {
            return Some(self.result(&operation));
        }
        Some(Ok(HttpResponse::new(200, Some(operation.answer()))))
    }

    /// Returns the answer of a polling URL while the operation is running.
    fn running(&self, operation: &Operation, as_result: bool) -> HttpResponse {
        let status = match operation.poll {
            _ if as_result => 202,
            Poll::PrivateDns => 202,
            Poll::Registry => 201,
            _ => 200,
        };
        let document = if as_result { None } else { Some(operation.answer()) };
        let mut response = HttpResponse::new(status, document);
        let (base, both) = (&self.settings.base, operation.poll == Poll::PrivateDns);
        if both || !as_result {
            response = response.header("Azure-AsyncOperation", &operation.status_url(base));
        }
        if both || as_result {
            response = response.header("Location", &operation.result_url(base));
        }
        self.with_retry_after(response, operation)
    }

    /// Adds `Retry-After`, if the type has it.
    pub(crate) fn with_retry_after(
        &self,
        response: HttpResponse,
        operation: &Operation,
    ) -> HttpResponse {
        match operation.retry_after {
            0 => response,
            seconds => response.header("Retry-After", &self.retry_after(seconds)),
        }
    }

    fn result(&self, operation: &Operation) -> Result<HttpResponse, ArmError> {
        if let OperationState::Ended { error: Some(error), .. } = &operation.state {
            return Err(error.clone());
        }
        if matches!(operation.work, OperationKind::Delete) {
            let quiet = matches!(operation.poll, Poll::Registry | Poll::Group);
            return Ok(HttpResponse::new(if quiet { 200 } else { 204 }, None));
        }
        let shown = self.show(&operation.resource.to_string(), None);
        let shown = match operation.work {
            // The only action whose result is polled.
            OperationKind::Action(..) => {
                shown.map(|it| it["properties"]["managedNetwork"]["status"].clone())
            }
            _ => shown,
        };
        Ok(HttpResponse::new(200, shown))
    }
}
