//! Resource groups.

use serde_json::{Value, json};

use super::paging::page;
use super::{admission, subscription};
use crate::arm_error::ArmError;
use crate::body;
use crate::request::HttpRequest;
use crate::resource_id::{ResourceId, region, same_location};
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::operation::{OperationKind, Outcome};
use crate::world::store::Resource;

/// Names that a body may have.
const TOP: [&str; 7] = ["id", "name", "type", "location", "tags", "managedBy", "properties"];

/// Returns an error if the group does not exist.
pub(crate) fn must_exist(world: &World, subscription: &str, name: &str) -> Result<(), ArmError> {
    let id = ResourceId::group_id(subscription, name);
    world.store.get(&id).map(|_| ()).ok_or_else(|| ArmError::group_not_found(name))
}

/// Answers the `GET` of all groups.
pub(crate) fn list(world: &World, request: &HttpRequest) -> Result<HttpResponse, ArmError> {
    let resource_type = "Microsoft.Resources/subscriptions/resourceGroups/read";
    let subscription = subscription::of(world, request);
    let shown = |group: &&Resource| {
        group.id.namespace.is_none()
            && group.id.subscription.eq_ignore_ascii_case(subscription)
            && world.rules.access.allows(resource_type, group.full_id())
    };
    let groups = world.store.all().filter(shown);
    let groups: Vec<&Resource> = groups.collect();
    page(world, request, &groups, 1000, |group| group.body.clone())
}

/// Answers any method on one group.
pub(crate) fn serve(
    world: &mut World,
    request: &HttpRequest,
    (name, version): (&str, &str),
) -> Result<HttpResponse, ArmError> {
    let subscription = subscription::of(world, request).to_owned();
    let id = ResourceId::group_id(&subscription, name);
    admission::authorize(
        world,
        "Microsoft.Resources/subscriptions/resourceGroups",
        &request.method,
        &id,
    )?;
    let before = world.store.get(&id).map(|group| group.body.clone());
    match (request.method.as_str(), before) {
        ("HEAD", before) => Ok(HttpResponse::new(if before.is_some() { 204 } else { 404 }, None)),
        ("PUT", before) => put(world, request, name, before.as_ref()),
        (_, None) => Err(ArmError::group_not_found(name)),
        ("GET", Some(before)) => Ok(HttpResponse::ok(before)),
        ("PATCH", Some(before)) => patch(world, request, &id, before),
        ("DELETE", Some(_)) => {
            Ok(delete(world, &ResourceId::of_group(&subscription, name), version))
        }
        _ => {
            let text = format!("The request method '{}' is not supported.", request.method);
            Err(ArmError::new(405, "MethodNotAllowed", text))
        }
    }
}

/// Deletes a group with all its resources, as an operation.
fn delete(world: &mut World, id: &ResourceId, version: &str) -> HttpResponse {
    if let Some(group) = world.store.get_mut(&id.to_string()) {
        group.body["properties"]["provisioningState"] = json!("Deleting");
    }
    let now = world.clock.now();
    world.operations.supersede(&id.key(), now);
    let operation = world.start(id, version, OperationKind::Delete, Outcome::Succeeded);
    let location = operation.result_url(&world.settings.base);
    let response = HttpResponse::new(202, None).header("Location", &location);
    world.with_retry_after(response, &operation)
}

fn checked(request: &HttpRequest) -> Result<Value, ArmError> {
    let body = body::parse(&request.body)?;
    let unknown =
        body.as_object().into_iter().flatten().find(|(name, _)| !TOP.contains(&name.as_str()));
    match unknown {
        Some((name, _)) => Err(ArmError::content(format!(
            "Could not find member '{name}' on object of type 'ResourceGroup'. Path '{name}'"
        ))),
        None => Ok(body),
    }
}

fn put(
    world: &mut World,
    request: &HttpRequest,
    name: &str,
    before: Option<&Value>,
) -> Result<HttpResponse, ArmError> {
    let body = checked(request)?;
    let valid = |c: char| c.is_alphanumeric() || "-_.()".contains(c);
    if name.len() > 90 || name.ends_with('.') || !name.chars().all(valid) {
        let text = format!("The provided resource group name '{name}' has an invalid character.");
        return Err(ArmError::bad("InvalidResourceGroup", text));
    }
    let Some(location) = body["location"].as_str() else {
        let text = "The location property is required for this definition.";
        return Err(ArmError::bad("LocationRequired", text));
    };
    if let Some(stored) = before.and_then(|before| before["location"].as_str())
        && !same_location(stored, location)
    {
        let text = format!(
            "Invalid resource group location '{location}'. The Resource group already exists in \
             location '{stored}'."
        );
        return Err(ArmError::new(409, "InvalidResourceGroupLocation", text));
    }
    let status = if before.is_some() { 200 } else { 201 };
    let subscription = subscription::of(world, request).to_owned();
    let stored = insert(world, (&subscription, name), location, &body["tags"]);
    Ok(HttpResponse::new(status, Some(stored)))
}

/// Creates a group, or replaces its tags.
pub(crate) fn insert(
    world: &mut World,
    (subscription, name): (&str, &str),
    location: &str,
    tags: &Value,
) -> Value {
    let id = ResourceId::group_id(subscription, name);
    let existing = world.store.get(&id).map(|group| group.full_id().to_owned());
    let mut body = json!({
        "id": existing.unwrap_or_else(|| id.clone()),
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": region(location),
        "properties": { "provisioningState": "Succeeded" },
    });
    if tags.is_object() {
        body["tags"] = tags.clone();
    }
    let place = ResourceId::of_group(subscription, name);
    world.store.insert(&id, Resource::new(place, body.clone()));
    body
}

fn patch(
    world: &mut World,
    request: &HttpRequest,
    id: &str,
    mut before: Value,
) -> Result<HttpResponse, ArmError> {
    let body = checked(request)?;
    if let Some(tags) = body.get("tags") {
        before["tags"] = tags.clone();
    }
    if let Some(group) = world.store.get_mut(id) {
        group.body = before.clone();
    }
    Ok(HttpResponse::ok(before))
}
