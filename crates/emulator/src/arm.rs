//! The way of a request through ARM: token, version, then the resource it names.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::error::{ArmError, Aside};
use crate::id::ResourceId;
use crate::kinds::{self, Kind};
use crate::rules;
use crate::subscription;
use crate::world::World;
use crate::{body, group, limits, read, token, write};

/// Answers a request to ARM.
pub(crate) fn serve(world: &mut World, call: &Call) -> Answer {
    if let Err(error) = token::check(world, call) {
        return error.into();
    }
    world.settle();
    limits::meter(world, call, |world| route(world, call).unwrap_or_else(Answer::from))
}

fn route(world: &mut World, call: &Call) -> Result<Answer, ArmError> {
    if call.method == "GET"
        && let Some(answer) = world.poll(&call.raw_path, &call.query)
    {
        return answer;
    }
    let version = version(call)?;
    let segments = call.segments();
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        ["subscriptions"] => {
            Ok(Answer::ok(subscription::list(world, &token::tenant(call).unwrap_or_default())))
        }
        ["tenants"] => Ok(Answer::ok(subscription::tenants(world))),
        ["providers"] => Ok(Answer::ok(json!({ "value": providers("") }))),
        ["subscriptions", id, rest @ ..] => {
            subscription::check(world, id)?;
            in_subscription(world, call, &version, &segments, rest)
        }
        _ => Err(no_route(call)),
    }
}

fn in_subscription(
    world: &mut World,
    call: &Call,
    version: &str,
    segments: &[&str],
    rest: &[&str],
) -> Result<Answer, ArmError> {
    let id = segments[1];
    match rest {
        [] => Ok(Answer::ok(subscription::show(world, id))),
        ["locations"] => Ok(Answer::ok(locations(id))),
        ["resources"] => read::resources(world, call, None),
        ["providers"] => {
            Ok(Answer::ok(json!({ "value": providers(&format!("/subscriptions/{id}")) })))
        }
        ["providers", namespace] if call.method == "GET" => known_provider(id, namespace),
        ["providers", namespace, "register"] if call.method == "POST" => {
            known_provider(id, namespace)
        }
        [.., "providers", "microsoft.authorization", "permissions"] => {
            permissions(world, call, segments)
        }
        [.., "providers", "microsoft.authorization", "policyassignments"] => {
            policy_assignments(world, call, segments)
        }
        ["resourcegroups"] => group::list(world, call),
        ["resourcegroups", _] => group::serve(world, call, segments[3]),
        ["resourcegroups", name, "resources"] => read::resources(world, call, Some(name)),
        _ => match ResourceId::parse_place(&call.path) {
            Some(place) => resource(world, call, version, &place),
            None => Err(no_route(call)),
        },
    }
}

fn resource(
    world: &mut World,
    call: &Call,
    version: &str,
    place: &ResourceId,
) -> Result<Answer, ArmError> {
    rules::enter(world, &kind_of(place), &call.method, &scope(place))?;
    if let Some(name) = &place.group {
        group::must_exist(world, &place.subscription, name)?;
    }
    if let Some(answer) = read::special(world, call, version, place) {
        return answer;
    }
    let kind = registered(world, place, version)?;
    let named = place.types.len() == place.names.len();
    match (call.method.as_str(), named) {
        ("GET", true) => read::get(world, kind, place, version),
        ("HEAD", true) => read::head(world, place),
        ("PUT" | "PATCH", true) => {
            let mut body = body::parse(&call.body)?;
            rules::admit(world, kind, call, (place, version), &mut body)?;
            write_body(world, call, kind, (place, version), body)
        }
        ("DELETE", true) => write::delete(world, call, kind, place, version),
        ("GET", false) => read::list(world, call, kind, place, version),
        _ => Err(write::not_allowed(&call.method, kind)),
    }
}

/// Writes; in a loose world without the names that the type does not have.
fn write_body(
    world: &mut World,
    call: &Call,
    kind: &dyn Kind,
    at: (&ResourceId, &str),
    mut body: Value,
) -> Result<Answer, ArmError> {
    let write = if call.method == "PUT" { write::put } else { write::patch };
    let mut warnings = Vec::new();
    loop {
        match write(world, call, kind, at, &body) {
            Err(error) if world.manners.loose => match error.aside.as_deref() {
                Some(Aside::Unknown(path)) if body::drop_name(&mut body, path) => {
                    warnings.push(format!("{path} is not known and was left out"));
                }
                _ => return Err(error),
            },
            Ok(answer) if !warnings.is_empty() => {
                return Ok(answer.header("x-ms-emulator-warning", &warnings.join("; ")));
            }
            result => return result,
        }
    }
}

/// The full type of a place, in Azure's casing where it is known.
fn kind_of(place: &ResourceId) -> String {
    kinds::of(place).map_or_else(|| place.kind(), |kind| kind.facts().name.to_owned())
}

/// Where a right is needed: on the resource, or on what holds the collection.
fn scope(place: &ResourceId) -> String {
    let mut scope = place.clone();
    if scope.types.len() > scope.names.len() {
        scope.types.pop();
    }
    if scope.types.is_empty() {
        scope.namespace = None;
    }
    scope.to_string()
}

/// Finds the type of a path and checks that it is served in the version asked for.
fn registered(
    world: &World,
    place: &ResourceId,
    version: &str,
) -> Result<&'static dyn Kind, ArmError> {
    let namespace = place.namespace.as_deref().unwrap_or_default();
    let name = place.types.join("/");
    let Some(kind) = kinds::of(place) else {
        let known = |kind: &&dyn Kind| kind.facts().namespace().eq_ignore_ascii_case(namespace);
        if !kinds::KINDS.iter().any(known) {
            let text = format!("The resource namespace '{namespace}' is invalid.");
            return Err(ArmError::new(404, "InvalidResourceNamespace", text));
        }
        let text = format!(
            "The resource type '{name}' could not be found in the namespace '{namespace}' for \
             api version '{version}'."
        );
        return Err(ArmError::bad("InvalidResourceType", text));
    };
    check_version(world, kind, version)?;
    Ok(kind)
}

/// Refuses a version that the type does not have.
pub(crate) fn check_version(world: &World, kind: &dyn Kind, version: &str) -> Result<(), ArmError> {
    let facts = kind.facts();
    if facts.knows(version) {
        return Ok(());
    }
    let known: Vec<&str> = facts.versions().collect();
    let (_, name) = facts.name.split_once('/').unwrap_or_default();
    let text = format!(
        "No registered resource provider found for location '{}' and API version '{version}' for \
         type '{name}'. The supported api-versions are '{}'. The supported locations are ', {}'.",
        world.settings.location,
        known.join(", "),
        world.settings.location,
    );
    Err(ArmError::bad("NoRegisteredProviderFound", text))
}

fn version(call: &Call) -> Result<String, ArmError> {
    let Some(version) = call.param("api-version").filter(|version| !version.is_empty()) else {
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

fn no_route(call: &Call) -> ArmError {
    let text = format!("The requested path '{}' does not exist.", call.path);
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

fn providers(scope: &str) -> Vec<Value> {
    let mut names: Vec<&str> = kinds::KINDS.iter().map(|kind| kind.facts().namespace()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|namespace| provider(scope, namespace)).collect()
}

/// A provider as it is registered; every one is from the start.
fn known_provider(subscription: &str, namespace: &str) -> Result<Answer, ArmError> {
    let of = |kind: &&dyn Kind| kind.facts().namespace().eq_ignore_ascii_case(namespace);
    if kinds::KINDS.iter().any(of) {
        return Ok(Answer::ok(provider(&format!("/subscriptions/{subscription}"), namespace)));
    }
    let text = format!("The resource namespace '{namespace}' is invalid.");
    Err(ArmError::new(404, "InvalidResourceNamespace", text))
}

/// What is told of a provider at a scope: a subscription, or everywhere.
fn provider(scope: &str, namespace: &str) -> Value {
    let of = |kind: &&&dyn Kind| kind.facts().namespace().eq_ignore_ascii_case(namespace);
    let known: Vec<_> = kinds::KINDS.iter().filter(of).collect();
    let name = known.first().map_or(namespace, |kind| kind.facts().namespace());
    let types = known.iter().map(|kind| {
        let facts = kind.facts();
        let versions: Vec<&str> = facts.versions().collect();
        let (_, short) = facts.name.split_once('/').unwrap_or_default();
        json!({
            "resourceType": short,
            "locations": ["East US", "West US", "West Europe"],
            "apiVersions": versions.into_iter().rev().collect::<Vec<_>>(),
            "capabilities": "None",
        })
    });
    json!({
        "id": format!("{scope}/providers/{name}"),
        "namespace": name,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": "Registered",
        "resourceTypes": types.collect::<Vec<_>>(),
    })
}

fn policy_assignments(world: &World, call: &Call, segments: &[&str]) -> Result<Answer, ArmError> {
    let scope = scope_of(call, segments)?;
    rules::assignments(world, &scope).map(Answer::ok)
}

fn permissions(world: &World, call: &Call, segments: &[&str]) -> Result<Answer, ArmError> {
    let scope = scope_of(call, segments)?;
    rules::enter(world, "Microsoft.Authorization/permissions", "GET", &scope)?;
    Ok(Answer::ok(world.rules.access.permissions(&scope)))
}

/// The scope at which something of Microsoft.Authorization is read: what stands before
/// `providers/Microsoft.Authorization/…`.
fn scope_of(call: &Call, segments: &[&str]) -> Result<String, ArmError> {
    if call.method != "GET" {
        return Err(no_route(call));
    }
    let above = segments.get(..segments.len().saturating_sub(3)).unwrap_or_default();
    Ok(format!("/{}", above.join("/")))
}
