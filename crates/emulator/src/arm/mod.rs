//! Handles a request to ARM: token, version, and the resource that the path names.

mod action;
mod admission;
mod authorization;
mod body_check;
mod deleted_accounts;
mod linked;
mod paging;
mod perimeters;
pub(crate) mod policy_deployment;
mod precondition;
mod providers;
mod read;
pub(crate) mod resource_group;
mod subscription;
mod throttling;
pub(crate) mod write;

use serde_json::{Value, json};

use crate::arm_error::{ArmError, ErrorContext};
use crate::body;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::resource_types;
use crate::response::HttpResponse;
use crate::sign_in::token;
use crate::world::World;
use crate::world::resource_type::{Registry, ResourceType};

/// Resource types of a world.
pub(crate) static REGISTRY: Registry = Registry {
    types: resource_types::all,
    due: &[
        policy_deployment::deploy,
        resource_types::write_late_records,
        resource_types::release_due,
        resource_types::complete_late_hosts,
    ],
};

/// Answers a request to ARM.
pub(crate) fn serve(world: &mut World, request: &HttpRequest) -> HttpResponse {
    if let Err(error) = token::check(world, request) {
        return error.into();
    }
    world.settle();
    throttling::throttle(world, request, |world| {
        route(world, request).unwrap_or_else(HttpResponse::from)
    })
}

fn route(world: &mut World, request: &HttpRequest) -> Result<HttpResponse, ArmError> {
    if request.method == "GET"
        && let Some(response) = world.poll(&request.raw_path, &request.query)
    {
        return response;
    }
    let version = version(request)?;
    let segments = request.segments();
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        ["subscriptions"] => Ok(HttpResponse::ok(subscription::list(
            world,
            &token::tenant(request).unwrap_or_default(),
        ))),
        ["tenants"] => Ok(HttpResponse::ok(subscription::tenants(world))),
        ["providers"] => Ok(HttpResponse::ok(json!({ "value": providers::list(world, "") }))),
        ["providers", "microsoft.authorization", "roledefinitions", _] => {
            authorization::definitions(world, request, "", segments.last().copied())
        }
        ["subscriptions", id, rest @ ..] => {
            subscription::check(world, id)?;
            in_subscription(world, request, &version, &segments, rest)
        }
        _ => Err(no_route(request)),
    }
}

fn in_subscription(
    world: &mut World,
    request: &HttpRequest,
    version: &str,
    segments: &[&str],
    rest: &[&str],
) -> Result<HttpResponse, ArmError> {
    let id = segments[1];
    match rest {
        [] => Ok(HttpResponse::ok(subscription::show(world, id))),
        ["locations"] => Ok(HttpResponse::ok(locations(id))),
        ["resources"] => read::resources(world, request, None),
        ["providers"] => Ok(HttpResponse::ok(json!({ "value": providers::list(world, id) }))),
        ["providers", namespace] if request.method == "GET" => {
            providers::known(world, id, namespace)
        }
        ["providers", namespace, "register"] if request.method == "POST" => {
            providers::register(world, id, namespace)
        }
        [.., "providers", "microsoft.authorization", "permissions"] => {
            permissions(world, request, segments)
        }
        [.., "providers", "microsoft.authorization", "policyassignments"] => {
            policy_assignments(world, request, segments)
        }
        [.., "providers", "microsoft.authorization", "roleassignments"] => {
            authorization::assignments(world, request, &above(segments, 3), None)
        }
        [.., "providers", "microsoft.authorization", "roleassignments", _] => {
            let name = segments.last().copied();
            authorization::assignments(world, request, &above(segments, 4), name)
        }
        [.., "providers", "microsoft.authorization", "roledefinitions"] => {
            authorization::definitions(world, request, &above(segments, 3), None)
        }
        [.., "providers", "microsoft.authorization", "roledefinitions", _] => {
            let name = segments.last().copied();
            authorization::definitions(world, request, &above(segments, 4), name)
        }
        [.., "providers", "microsoft.authorization", "denyassignments"] => {
            scope_of(request, segments).map(|_| HttpResponse::ok(json!({ "value": [] })))
        }
        ["resourcegroups"] => resource_group::list(world, request),
        ["resourcegroups", _] => resource_group::serve(world, request, (segments[3], version)),
        ["resourcegroups", name, "resources"] => read::resources(world, request, Some(name)),
        _ => match ResourceId::parse_path(&request.path) {
            Some(id) => match deleted_accounts::serve(world, request, version, &id) {
                Some(answer) => answer,
                None => resource(world, request, version, &id),
            },
            None => Err(no_route(request)),
        },
    }
}

fn resource(
    world: &mut World,
    request: &HttpRequest,
    version: &str,
    id: &ResourceId,
) -> Result<HttpResponse, ArmError> {
    admission::authorize(world, &type_name(world, id), &request.method, &scope(id))?;
    if let Some(name) = &id.group {
        resource_group::must_exist(world, &id.subscription, name)?;
    }
    if let Some(response) = perimeters::serve(world, request, version, id) {
        return response;
    }
    if let Some(response) = read::special(world, request, version, id) {
        return response;
    }
    if let Some(response) = action::serve(world, request, version, id) {
        return response;
    }
    let resource_type = providers::registered(world, id, version)?;
    let named = id.types.len() == id.names.len();
    match (request.method.as_str(), named) {
        ("GET", true) => read::get(world, id, version),
        ("HEAD", true) => read::head(world, id),
        ("PUT" | "PATCH", true) => {
            providers::must_be_registered(world, &id.subscription, resource_type.info())?;
            let mut body = body::parse(&request.body)?;
            body::recase(resource_type.info(), &mut body);
            admission::authorize_write(world, resource_type, request, id, &mut body)?;
            write_body(world, request, resource_type, (id, version), body)
        }
        ("DELETE", true) => write::delete(world, request, resource_type, id, version),
        ("GET", false) => read::list(world, request, resource_type, id, version),
        _ => Err(write::not_allowed(&request.method, resource_type)),
    }
}

/// Handles a write. With `--loose`, leaves out the properties that the type does not have.
fn write_body(
    world: &mut World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    at: (&ResourceId, &str),
    mut body: Value,
) -> Result<HttpResponse, ArmError> {
    let write = if request.method == "PUT" { write::put } else { write::patch };
    let mut warnings = Vec::new();
    loop {
        match write(world, request, resource_type, at, &body) {
            Err(error) if world.options.loose => match error.context.as_deref() {
                Some(ErrorContext::Unknown(path)) if body::remove_member(&mut body, path) => {
                    warnings.push(format!("{path} is unknown and was left out"));
                }
                _ => return Err(error),
            },
            Ok(response) if !warnings.is_empty() => {
                return Ok(response.header("x-ms-emulator-warning", &warnings.join("; ")));
            }
            result => return result,
        }
    }
}

/// Returns the full type of an ID, in Azure's case if the type is known.
fn type_name(world: &World, id: &ResourceId) -> String {
    world
        .type_of(id)
        .map_or_else(|| id.resource_type(), |resource_type| resource_type.info().name.to_owned())
}

/// Returns the scope at which a right is needed: the resource, or the parent of the collection.
fn scope(id: &ResourceId) -> String {
    let mut scope = id.clone();
    if scope.types.len() > scope.names.len() {
        scope.types.pop();
    }
    if scope.types.is_empty() {
        scope.namespace = None;
    }
    scope.to_string()
}

fn version(request: &HttpRequest) -> Result<String, ArmError> {
    let Some(version) = request.param("api-version").filter(|version| !version.is_empty()) else {
        let text = "The api-version query parameter (?api-version=) is required for all requests.";
        return Err(ArmError::bad("MissingApiVersionParameter", text));
    };
    let digits = |range: std::ops::Range<usize>| {
        version.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let dashes = version.get(4..5) == Some("-") && version.get(7..8) == Some("-");
    if digits(0..4) && digits(5..7) && digits(8..10) && dashes {
        return Ok(version.to_ascii_lowercase());
    }
    let text = format!("The api-version '{version}' is invalid.");
    Err(ArmError::bad("InvalidApiVersionParameter", text))
}

fn no_route(request: &HttpRequest) -> ArmError {
    let text = format!("The requested path '{}' does not exist.", request.path);
    ArmError::new(404, "NotFound", text)
}

fn locations(subscription: &str) -> Value {
    let show = |(name, display): (&str, &str)| {
        json!({
            "id": format!("/subscriptions/{subscription}/locations/{name}"),
            "name": name,
            "type": "Region",
            "displayName": display,
            "regionalDisplayName": display,
            "metadata": { "regionType": "Physical", "regionCategory": "Recommended" },
        })
    };
    let known = [("eastus", "East US"), ("westus", "West US"), ("westeurope", "West Europe")];
    json!({ "value": known.map(show) })
}

fn policy_assignments(
    world: &World,
    request: &HttpRequest,
    segments: &[&str],
) -> Result<HttpResponse, ArmError> {
    let scope = scope_of(request, segments)?;
    admission::assignments(world, &scope).map(HttpResponse::ok)
}

fn permissions(
    world: &World,
    request: &HttpRequest,
    segments: &[&str],
) -> Result<HttpResponse, ArmError> {
    let scope = scope_of(request, segments)?;
    let permissions = world.rules.access.permissions(&scope);
    // A caller without a role at the scope gets an empty list.
    if permissions["value"] != json!([]) {
        admission::authorize(world, "Microsoft.Authorization/permissions", "GET", &scope)?;
    }
    Ok(HttpResponse::ok(permissions))
}

/// Returns the scope of a request for Microsoft.Authorization: the path before
/// `providers/Microsoft.Authorization/…`.
fn scope_of(request: &HttpRequest, segments: &[&str]) -> Result<String, ArmError> {
    if request.method != "GET" {
        return Err(no_route(request));
    }
    Ok(above(segments, 3))
}

/// Returns the scope of an extension resource: the path before its last `count` segments.
fn above(segments: &[&str], count: usize) -> String {
    let above = segments.get(..segments.len().saturating_sub(count)).unwrap_or_default();
    format!("/{}", above.join("/"))
}
