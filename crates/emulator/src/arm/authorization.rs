//! Role assignments and role definitions, which exist at any scope.

use serde_json::{Value, json};

use super::admission;
use crate::arm_error::ArmError;
use crate::body;
use crate::clock;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::response::HttpResponse;
use crate::rules::assignments::{ASSIGNMENTS, DEFINITIONS, Filter};
use crate::world::World;

/// Answers a request for one assignment, or for the assignments at a scope.
pub(super) fn assignments(
    world: &mut World,
    request: &HttpRequest,
    scope: &str,
    name: Option<&str>,
) -> Result<HttpResponse, ArmError> {
    admission::authorize(world, ASSIGNMENTS, &request.method, scope)?;
    must_exist(world, scope)?;
    let roles = &mut world.rules.roles;
    let key = assignment_id(scope, name.unwrap_or_default()).to_ascii_lowercase();
    match (request.method.as_str(), name) {
        ("GET", None) => {
            let text = request.param("$filter").unwrap_or_default();
            let filter = Filter::parse(text).ok_or_else(|| {
                let text = format!("The filter '{text}' is not supported.");
                ArmError::bad("InvalidFilter", text)
            })?;
            Ok(HttpResponse::ok(json!({ "value": roles.list(scope, &filter) })))
        }
        ("GET", Some(name)) => match roles.assigned.get(&key) {
            Some(found) => Ok(HttpResponse::ok(found.clone())),
            None => {
                let text = format!("The role assignment '{name}' is not found.");
                Err(ArmError::new(404, "RoleAssignmentNotFound", text))
            }
        },
        ("PUT", Some(name)) => {
            let body = body::parse(&request.body)?;
            assign(world, scope, name, &body)
        }
        // 200 with the body (recorded).
        ("DELETE", Some(_)) => Ok(match roles.assigned.remove(&key) {
            Some(gone) => HttpResponse::ok(gone),
            None => HttpResponse::new(204, None),
        }),
        _ => Err(not_allowed(request, ASSIGNMENTS)),
    }
}

fn assignment_id(scope: &str, name: &str) -> String {
    format!("{scope}/providers/{ASSIGNMENTS}/{name}")
}

/// Creates a role assignment at a scope. Any caller may do that.
pub(super) fn assign(
    world: &mut World,
    scope: &str,
    name: &str,
    body: &Value,
) -> Result<HttpResponse, ArmError> {
    let id = assignment_id(scope, name);
    let key = &id.to_ascii_lowercase();
    let given = &body["properties"];
    let text = |name: &str| given[name].as_str().unwrap_or_default();
    let (role, principal) = (text("roleDefinitionId"), text("principalId"));
    let role_name = role.rsplit('/').next().unwrap_or_default();
    if world.rules.roles.definition(role_name).is_none() {
        let text = format!("The specified role definition with ID '{role_name}' does not exist.");
        return Err(ArmError::new(404, "RoleDefinitionDoesNotExist", text));
    }
    if uuid::Uuid::parse_str(principal).is_err() {
        let text = format!("Principal {principal} does not exist in the directory.");
        return Err(ArmError::bad("PrincipalNotFound", text));
    }
    let subscription = scope.split('/').nth(2).unwrap_or_default();
    let now = clock::stamp(world.clock.now());
    let before = world.rules.roles.assigned.get(key).cloned();
    let created = before.as_ref().map_or(json!(now), |it| it["properties"]["createdOn"].clone());
    let kept = |name: &str| given.get(name).cloned().unwrap_or_default();
    // The ID is relative to the subscription, whatever the request contains (recorded).
    let role = format!("/subscriptions/{subscription}/providers/{DEFINITIONS}/{role_name}");
    let properties = json!({
        "roleDefinitionId": role,
        "principalId": principal,
        "principalType": given["principalType"].as_str().unwrap_or("ServicePrincipal"),
        "scope": scope,
        "condition": kept("condition"),
        "conditionVersion": kept("conditionVersion"),
        "description": kept("description"),
        "delegatedManagedIdentityResourceId": kept("delegatedManagedIdentityResourceId"),
        "createdOn": created,
        "updatedOn": now,
        "createdBy": null,
        "updatedBy": world.settings.client_id,
    });
    let changes = |before: &Value| {
        ["principalId", "roleDefinitionId"].iter().any(|name| {
            let text = |of: &Value| of[*name].as_str().unwrap_or_default().to_ascii_lowercase();
            text(&before["properties"]) != text(&properties)
        })
    };
    if world.rules.roles.twin(key, &properties).is_some() {
        let text = "The role assignment already exists.";
        return Err(ArmError::new(409, "RoleAssignmentExists", text));
    }
    if before.as_ref().is_some_and(changes) {
        let text = "Tenant ID, application ID, principal ID, and scope are not allowed to be \
                    updated.";
        return Err(ArmError::bad("RoleAssignmentUpdateNotPermitted", text));
    }
    let made = json!({ "id": id, "name": name, "type": ASSIGNMENTS, "properties": properties });
    let mut kept = made.clone();
    kept["properties"]["createdBy"] = json!(world.settings.client_id);
    world.rules.roles.assigned.insert(key.to_owned(), kept);
    if before.is_none() {
        let begins = world.clock.now() + world.options.role_seconds;
        world.rules.roles.begins.insert(key.to_owned(), begins);
    }
    Ok(HttpResponse::new(if before.is_some() { 200 } else { 201 }, Some(made)))
}

/// Answers a request for one definition, or for the definitions at a scope.
pub(super) fn definitions(
    world: &mut World,
    request: &HttpRequest,
    scope: &str,
    name: Option<&str>,
) -> Result<HttpResponse, ArmError> {
    admission::authorize(world, DEFINITIONS, &request.method, scope)?;
    let roles = &mut world.rules.roles;
    let id = format!("{scope}/providers/{DEFINITIONS}/{}", name.unwrap_or_default());
    let key = id.to_ascii_lowercase();
    match (request.method.as_str(), name) {
        ("GET", None) => {
            let wanted = request.param("$filter").and_then(|text| {
                text.strip_prefix("roleName eq '").and_then(|rest| rest.strip_suffix('\''))
            });
            let named = |it: &Value| {
                let own = it["properties"]["roleName"].as_str().unwrap_or_default();
                wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(own))
            };
            let found = roles.definitions(scope).into_iter().filter(named);
            let found: Vec<Value> = found.map(|it| at(scope, it)).collect();
            Ok(HttpResponse::ok(json!({ "value": found })))
        }
        ("GET", Some(name)) => match roles.definition(name) {
            Some(found) => Ok(HttpResponse::ok(at(scope, found))),
            None => {
                let text =
                    format!("The specified role definition with ID '{name}' does not exist.");
                Err(ArmError::new(404, "RoleDefinitionDoesNotExist", text))
            }
        },
        ("PUT", Some(name)) => {
            let mut made = body::parse(&request.body)?;
            made["id"] = json!(id);
            made["name"] = json!(name);
            made["type"] = json!(DEFINITIONS);
            made["properties"]["type"] = json!("CustomRole");
            let before = roles.defined.insert(key, made.clone());
            Ok(HttpResponse::new(if before.is_some() { 200 } else { 201 }, Some(made)))
        }
        ("DELETE", Some(_)) => Ok(match roles.defined.remove(&key) {
            Some(gone) => HttpResponse::ok(gone),
            None => HttpResponse::new(204, None),
        }),
        _ => Err(not_allowed(request, DEFINITIONS)),
    }
}

/// Returns a built-in definition with its ID at a scope.
fn at(scope: &str, mut definition: Value) -> Value {
    let subscription = scope.split('/').nth(2).filter(|it| !it.is_empty());
    if let (Some(id), Some(subscription)) = (definition["id"].as_str(), subscription)
        && id.starts_with("/providers/")
    {
        definition["id"] = json!(format!("/subscriptions/{subscription}{id}"));
    }
    definition
}

/// Returns an error if the resource of an assignment's scope does not exist.
fn must_exist(world: &World, scope: &str) -> Result<(), ArmError> {
    match ResourceId::parse(scope) {
        Some(id) if world.store.get(scope).is_none() => Err(super::read::missing(&id)),
        _ => Ok(()),
    }
}

fn not_allowed(request: &HttpRequest, resource_type: &str) -> ArmError {
    let text = format!(
        "The http method '{}' is not supported for a resource of type '{resource_type}'.",
        request.method
    );
    ArmError::new(405, "HttpMethodNotAllowed", text)
}
