//! The resource providers: which there are, with their types and versions.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::resource_id::ResourceId;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::resource_type::ResourceType;
use crate::world::type_info::TypeInfo;

/// Finds the type of a path and checks that it is served in the version asked for.
pub(super) fn registered(
    world: &World,
    id: &ResourceId,
    version: &str,
) -> Result<&'static dyn ResourceType, ArmError> {
    let namespace = id.namespace.as_deref().unwrap_or_default();
    let name = id.types.join("/");
    let Some(resource_type) = world.type_of(id) else {
        let known = |resource_type: &&dyn ResourceType| {
            resource_type.info().namespace().eq_ignore_ascii_case(namespace)
        };
        if !(world.registry.types)().iter().any(known) {
            let text = format!("The resource namespace '{namespace}' is invalid.");
            return Err(ArmError::new(404, "InvalidResourceNamespace", text));
        }
        let text = format!(
            "The resource type '{name}' could not be found in the namespace '{namespace}' for \
             api version '{version}'."
        );
        return Err(ArmError::bad("InvalidResourceType", text));
    };
    check_version(world, resource_type.info(), version)?;
    Ok(resource_type)
}

/// Refuses a version that the type does not have.
pub(super) fn check_version(world: &World, info: &TypeInfo, version: &str) -> Result<(), ArmError> {
    if info.knows(version) {
        return Ok(());
    }
    let known: Vec<&str> = info.versions().collect();
    let (_, name) = info.name.split_once('/').unwrap_or_default();
    let text = format!(
        "No registered resource provider found for location '{}' and API version '{version}' for \
         type '{name}'. The supported api-versions are '{}'. The supported locations are ', {}'.",
        world.settings.location,
        known.join(", "),
        world.settings.location,
    );
    Err(ArmError::bad("NoRegisteredProviderFound", text))
}

/// Every provider, as seen at a scope.
pub(super) fn list(world: &World, scope: &str) -> Vec<Value> {
    let mut names: Vec<&str> = (world.registry.types)()
        .iter()
        .map(|resource_type| resource_type.info().namespace())
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|namespace| show(world, scope, namespace)).collect()
}

/// A provider as it is registered; every one is from the start.
pub(super) fn known(
    world: &World,
    subscription: &str,
    namespace: &str,
) -> Result<HttpResponse, ArmError> {
    let of = |resource_type: &&dyn ResourceType| {
        resource_type.info().namespace().eq_ignore_ascii_case(namespace)
    };
    if (world.registry.types)().iter().any(of) {
        return Ok(HttpResponse::ok(show(
            world,
            &format!("/subscriptions/{subscription}"),
            namespace,
        )));
    }
    let text = format!("The resource namespace '{namespace}' is invalid.");
    Err(ArmError::new(404, "InvalidResourceNamespace", text))
}

/// What is told of a provider at a scope: a subscription, or everywhere.
fn show(world: &World, scope: &str, namespace: &str) -> Value {
    let of = |resource_type: &&&dyn ResourceType| {
        resource_type.info().namespace().eq_ignore_ascii_case(namespace)
    };
    let known: Vec<_> = (world.registry.types)().iter().filter(of).collect();
    let name = known.first().map_or(namespace, |resource_type| resource_type.info().namespace());
    let types = known.iter().map(|resource_type| {
        let info = resource_type.info();
        let versions: Vec<&str> = info.versions().collect();
        let (_, short) = info.name.split_once('/').unwrap_or_default();
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
