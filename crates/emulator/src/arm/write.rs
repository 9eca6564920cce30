//! Handles `PUT`, `PATCH` and `DELETE` of one resource, by the description of its type.

use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::{Value, json};

use super::body_check::{check, check_flag, check_immutable, check_location};
use super::precondition::precondition;
use super::read;
use crate::arm_error::{ArmError, Envelope};
use crate::body;
use crate::fault::FaultKind;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::resource_types::cosmos;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::operation::{Operation, OperationKind, Outcome};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Delete, Patch, Poll, Reply, Shown, TypeInfo};

/// Handles a `PUT`, which creates a resource or replaces its writable properties.
pub(crate) fn put(
    world: &mut World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    (id, version): (&ResourceId, &str),
    body: &Value,
) -> Result<HttpResponse, ArmError> {
    let info = resource_type.info();
    parent_must_exist(world, id)?;
    let before = world.store.get(&id.to_string()).map(|resource| resource.body.clone());
    let write = WriteRequest { id, version, body, before: before.as_ref(), patch: false };
    if before.is_none() && !(info.valid_name)(id.name()) {
        return Err(invalid_name(info, id));
    }
    check(info, &write)?;
    check_location(info, &write)?;
    let reply = if before.is_some() { info.put_again } else { info.put };
    let next = body::compose(info, &write);
    carry_out(world, request, resource_type, &write, next, reply)
}

/// Handles a `PATCH`, which merges the properties that the type allows.
pub(crate) fn patch(
    world: &mut World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    (id, version): (&ResourceId, &str),
    body: &Value,
) -> Result<HttpResponse, ArmError> {
    let info = resource_type.info();
    if info.patch == Patch::None {
        return Err(not_allowed("PATCH", resource_type));
    }
    let Some(before) = world.store.get(&id.to_string()).map(|found| found.body.clone()) else {
        return Err(read::missing(id));
    };
    let write = WriteRequest { id, version, body, before: Some(&before), patch: true };
    check(info, &write)?;
    check_location(info, &write)?;
    let reply = match info.patch {
        Patch::Merge(reply) => resource_type.patch_reply(reply, &write),
        Patch::Tags | Patch::None => {
            let other = |(name, _): &(&String, &Value)| name.as_str() != "tags";
            if let Some((name, _)) = body.as_object().into_iter().flatten().find(other) {
                return Err(body::unknown_member(info, name));
            }
            Reply::Now
        }
    };
    let next = body::patched(info, &write);
    carry_out(world, request, resource_type, &write, next, reply)
}

fn carry_out(
    world: &mut World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    write: &WriteRequest<'_>,
    mut next: Value,
    reply: Reply,
) -> Result<HttpResponse, ArmError> {
    let info = resource_type.info();
    let id = write.id;
    if world.operations.busy(&id.key()) {
        // A stale ETag is reported before a running write.
        let stale =
            precondition(info, request, write.before).err().filter(|error| !error.in_operation);
        return Err(stale.unwrap_or_else(|| busy(world, info, id)));
    }
    let allowed = precondition(info, request, write.before)
        .and_then(|()| check_immutable(info, write))
        .and_then(|()| check_flag(info, write))
        .and_then(|()| resource_type.validate(world, write));
    if let Err(error) = allowed.map_err(|error| told_by(info, error)) {
        if error.in_operation && matches!(reply, Reply::Both(_)) {
            return Ok(failed_operation(world, request, write, error));
        }
        return Err(error);
    }
    let fate = resource_type.fate(world, write);
    fill(info, write, &mut next);
    body::settle_tags(write.before, &mut next);
    resource_type.on_accepted(world, write, &mut next);
    let idle = info.idle_put
        && write.before.is_some_and(|before| is_settled(before, &next))
        && matches!(ordered_outcome(request), Outcome::Succeeded);
    world.put(id, next);
    if let Some(resource) = world.store.get_mut(&id.to_string()) {
        match (&request.order, write.before) {
            (Some(FaultKind::HideAfterCreate { reads }), None) => resource.hidden_reads = *reads,
            (Some(FaultKind::StaleReads { reads }), Some(before)) if *reads > 0 => {
                resource.stale = Some((before.clone(), *reads));
            }
            _ => {}
        }
    }
    if idle {
        world.complete(id);
        let operation = world.start_done(id, write.version);
        let shown = world.show(&id.to_string(), Some(write.version));
        let response = HttpResponse::new(200, shown);
        let url = operation.status_url(&world.settings.base);
        return Ok(response.header("Azure-AsyncOperation", &url));
    }
    Ok(response(world, request, resource_type, write, (reply, fate)))
}

/// Returns `true` if a write does not change the properties of a healthy resource.
fn is_settled(before: &Value, next: &Value) -> bool {
    let state = before["properties"]["provisioningState"].as_str();
    state == Some("Succeeded") && unmarked(&before["properties"]) == unmarked(&next["properties"])
}

/// Returns a value without the properties that every write changes.
fn unmarked(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let marks = ["etag", "provisioningState"];
            let kept = map.iter().filter(|(name, _)| !marks.contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), unmarked(value))).collect()
        }
        Value::Array(list) => list.iter().map(unmarked).collect(),
        value => value.clone(),
    }
}

/// Sets the provisioning state and the defaults of all types.
fn fill(info: &TypeInfo, write: &WriteRequest<'_>, next: &mut Value) {
    let states = info.states;
    let state = if write.before.is_some() { states.updating } else { states.creating };
    if !state.is_empty() {
        next["properties"]["provisioningState"] = json!(state);
    }
    if let Some(flag) = info.flag
        && !flag.default.is_empty()
        && next["properties"]["publicNetworkAccess"].is_null()
    {
        next["properties"]["publicNetworkAccess"] = json!(flag.default);
    }
}

fn response(
    world: &mut World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    write: &WriteRequest<'_>,
    (reply, fate): (Reply, Option<ArmError>),
) -> HttpResponse {
    let info = resource_type.info();
    let (id, text) = (write.id, write.id.to_string());
    let status = if write.before.is_some() { 200 } else { info.created };
    let show = |world: &World| world.show(&text, Some(write.version));
    if reply == Reply::Now {
        world.complete(id);
        return world.with_etag(id, HttpResponse::new(status, show(world)));
    }
    let work = OperationKind::Write { before: write.before.cloned() };
    let ending = match (ordered_outcome(request), fate) {
        (Outcome::Succeeded, Some(error)) => Outcome::Failed(error),
        (ordered, _) => ordered,
    };
    let operation = world.start(id, write.version, work, ending);
    let (response, status, result) = match reply {
        Reply::Now | Reply::State => {
            return world.with_etag(id, HttpResponse::new(status, show(world)));
        }
        Reply::AsyncOperation => (HttpResponse::new(status, show(world)), true, false),
        Reply::Created => (HttpResponse::new(201, show(world)), true, false),
        Reply::AsyncBoth => (HttpResponse::new(status, show(world)), true, true),
        Reply::Accepted => (HttpResponse::new(202, show(world)), true, false),
        Reply::Polled => (HttpResponse::new(202, None), true, false),
        Reply::Location => (HttpResponse::new(202, None), false, true),
        Reply::Both(shown) => {
            let body = match shown {
                Shown::Nothing => None,
                Shown::Empty => Some(json!({})),
                Shown::Enqueued => Some(json!({ "status": "Enqueued" })),
                Shown::Resource => show(world),
            };
            (HttpResponse::new(202, body), true, true)
        }
    };
    with_polling(world, response, &operation, status, result)
}

/// Handles a `DELETE`.
pub(crate) fn delete(
    world: &mut World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    id: &ResourceId,
    version: &str,
) -> Result<HttpResponse, ArmError> {
    let info = resource_type.info();
    if version < info.delete_since {
        return Err(not_allowed("DELETE", resource_type));
    }
    let text = id.to_string();
    let Some(resource) = world.store.get(&text).cloned() else {
        return absent(world, info, id);
    };
    let body = Value::Null;
    let write =
        WriteRequest { id, version, body: &body, before: Some(&resource.body), patch: false };
    let allowed = precondition(info, request, write.before)
        .and_then(|()| resource_type.validate_delete(world, &resource));
    if let Err(error) = allowed.map_err(|error| told_by(info, error)) {
        if error.in_operation && info.delete == Delete::Both {
            return Ok(failed_operation(world, request, &write, error));
        }
        return Err(error);
    }
    let now = world.clock.now();
    world.operations.supersede(&id.key(), now);
    if matches!(info.delete, Delete::Now | Delete::Disconnected) {
        let shown = world.show(&text, Some(version)).filter(|_| info.delete != Delete::Now);
        world.remove(&text);
        return Ok(HttpResponse::new(200, shown.map(disconnected)));
    }
    if let Some(resource) = world.store.get_mut(&text)
        && !info.states.done.is_empty()
    {
        resource.body["properties"]["provisioningState"] = json!("Deleting");
    }
    let operation = world.start(id, version, OperationKind::Delete, ordered_outcome(request));
    let (status, result) = (info.delete != Delete::Location, info.delete != Delete::Polled);
    Ok(with_polling(world, HttpResponse::new(202, None), &operation, status, result))
}

/// Answers the `DELETE` of a resource that does not exist. Its parent must exist.
fn absent(world: &World, info: &TypeInfo, id: &ResourceId) -> Result<HttpResponse, ArmError> {
    match id.parent() {
        Some(parent) if world.store.get(&parent.to_string()).is_none() => match info.poll {
            Poll::PrivateDns => Err(parent_not_found("delete", id, &parent)),
            _ => Err(read::absent(world, id)),
        },
        _ => Ok(HttpResponse::new(204, None)),
    }
}

/// Adds the parts that the type's provider has in every error: Microsoft.Network always has
/// `details`.
fn told_by(info: &TypeInfo, mut error: ArmError) -> ArmError {
    if info.poll == Poll::Network && error.envelope == Envelope::Error {
        error.envelope = Envelope::Detailed;
    }
    error
}

/// Returns a connection as the answer to its deletion shows it (recorded of Search).
fn disconnected(mut shown: Value) -> Value {
    shown["properties"]["privateLinkServiceConnectionState"]["status"] = json!("Disconnected");
    shown
}

/// Starts the operation of an accepted write that changes nothing. The operation fails with a
/// fault, or with this error if no fault applies.
fn failed_operation(
    world: &mut World,
    request: &HttpRequest,
    write: &WriteRequest<'_>,
    error: ArmError,
) -> HttpResponse {
    let ending = match ordered_outcome(request) {
        Outcome::Succeeded => Outcome::Failed(error),
        ordered => ordered,
    };
    let operation = world.start(write.id, write.version, OperationKind::Nothing, ending);
    with_polling(world, HttpResponse::new(202, Some(json!({}))), &operation, true, true)
}

pub(super) fn with_polling(
    world: &World,
    mut response: HttpResponse,
    operation: &Operation,
    status: bool,
    result: bool,
) -> HttpResponse {
    let base = &world.settings.base;
    if status {
        response = response.header("Azure-AsyncOperation", &operation.status_url(base));
    }
    if status && operation.poll == Poll::Network {
        response = response.header("Azure-AsyncNotification", "Enabled");
    }
    if operation.poll == Poll::ManagedNetwork {
        response = response.header("x-ms-async-operation-timeout", "PT50M");
    }
    if result {
        response = response.header("Location", &operation.result_url(base));
    }
    world.with_retry_after(response, operation)
}

pub(super) fn ordered_outcome(request: &HttpRequest) -> Outcome {
    match &request.order {
        Some(FaultKind::FailOperation { code, message }) => {
            Outcome::Failed(ArmError::new(409, code, message.clone()))
        }
        Some(FaultKind::NeverEnd) => Outcome::Never,
        _ => Outcome::Succeeded,
    }
}

fn parent_must_exist(world: &World, id: &ResourceId) -> Result<(), ArmError> {
    let Some(parent) = id.parent() else {
        return Ok(());
    };
    if world.store.get(&parent.to_string()).is_some() {
        return Ok(());
    }
    Err(parent_not_found("write", id, &parent))
}

fn parent_not_found(verb: &str, id: &ResourceId, parent: &ResourceId) -> ArmError {
    let text = format!(
        "Failed to perform '{verb}' on resource(s) of type '{}', because the parent resource \
         '{parent}' could not be found.",
        id.resource_type(),
    );
    ArmError::new(404, "ParentResourceNotFound", text)
}

fn invalid_name(info: &TypeInfo, id: &ResourceId) -> ArmError {
    let name = id.name();
    let text = format!("Resource name {name} of type '{}' is invalid.", info.name);
    ArmError::bad("InvalidResourceName", text)
}

pub(super) fn busy(world: &World, info: &TypeInfo, id: &ResourceId) -> ArmError {
    if info.poll == Poll::Cosmos {
        return cosmos::locked(id);
    }
    let (status, code) = info.busy;
    let text = format!(
        "Another operation on this or dependent resource is in progress. Resource: {id}. Please \
         try again later."
    );
    told_by(info, ArmError::new(status, code, text)).header("Retry-After", world.retry_after(10))
}

/// Returns 405 for a method that the type does not have.
pub(crate) fn not_allowed(method: &str, resource_type: &dyn ResourceType) -> ArmError {
    let text = format!(
        "The http method '{method}' is not supported for a resource of type '{}'.",
        resource_type.info().name
    );
    ArmError::new(405, "HttpMethodNotAllowed", text)
}

/// Puts a resource with all checks, as a client would.
pub(crate) fn seed(world: &mut World, path: &str, body: &Value) -> Result<(), ArmError> {
    let unknown = || {
        ArmError::bad(
            "InvalidResourceType",
            format!("The emulator cannot create {path} in a new world"),
        )
    };
    let id = ResourceId::parse(path).ok_or_else(unknown)?;
    let resource_type = world.type_of(&id).ok_or_else(unknown)?;
    let request = HttpRequest::new("PUT", path, "", HeaderMap::new(), Bytes::new());
    put(world, &request, resource_type, (&id, resource_type.info().newest()), body).map(|_| ())
}
