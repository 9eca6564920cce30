//! Checks that run before a resource provider sees a request: rights, locks and policies.

use serde_json::{Value, json};

use super::linked;
use crate::arm_error::ArmError;
use crate::merge_patch;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::rules::action;
use crate::sign_in::token;
use crate::world::World;
use crate::world::resource_type::ResourceType;

/// Checks a request without its body: rights, then locks.
pub(super) fn authorize(
    world: &World,
    resource_type: &str,
    method: &str,
    scope: &str,
) -> Result<(), ArmError> {
    world.rules.authorize(&world.settings.client(), (resource_type, method), scope)
}

/// Checks the body of a write, which a policy may change.
pub(super) fn authorize_write(
    world: &World,
    resource_type: &dyn ResourceType,
    request: &HttpRequest,
    id: &ResourceId,
    body: &mut Value,
) -> Result<(), ArmError> {
    let before = world.store.get(&id.to_string()).map(|resource| &resource.body);
    let (name, scope, method) =
        (resource_type.info().name, id.to_string(), request.method.as_str());
    let rights = linked::rights(name, body);
    check_tenants(world, request, (&action(name, method), &scope), &rights)?;
    world.rules.access.check_linked(
        &world.settings.client(),
        (&action(name, method), &scope),
        &rights,
    )?;
    world.rules.policies.modify(name, &scope, body);
    let mut next = before.filter(|_| method == "PATCH").cloned().unwrap_or_else(|| json!({}));
    merge_patch::merge(&mut next, body);
    world.rules.policies.check(name, id, next)
}

/// Returns the list of policy assignments at a scope.
pub(super) fn assignments(world: &World, scope: &str) -> Result<Value, ArmError> {
    authorize(world, "Microsoft.Authorization/policyAssignments", "GET", scope)?;
    Ok(world.rules.policies.assignments(&world.settings.subscription, scope))
}

/// Refuses a write that refers to a subscription of a tenant for which the request has no token.
fn check_tenants(
    world: &World,
    request: &HttpRequest,
    (action, scope): (&str, &str),
    linked: &[(&str, &str)],
) -> Result<(), ArmError> {
    let known = token::tenants(world, request);
    let foreign = linked.iter().find_map(|(_, at)| {
        let subscription = at.split('/').nth(2)?;
        let tenant = world.settings.tenant_of(subscription)?;
        let foreign = known.iter().all(|known| !known.eq_ignore_ascii_case(tenant));
        foreign.then_some(subscription)
    });
    let Some(subscription) = foreign else {
        return Ok(());
    };
    let text = format!(
        "The client has permission to perform action '{action}' on scope '{scope}', however the \
         current tenant '{}' is not authorized to access linked subscription '{subscription}'.",
        known.first().map_or("", String::as_str)
    );
    Err(ArmError::new(403, "LinkedAuthorizationFailed", text))
}
