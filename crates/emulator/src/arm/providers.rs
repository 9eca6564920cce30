//! Resource providers with their types, versions and registrations.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::resource_id::ResourceId;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::resource_type::ResourceType;
use crate::world::type_info::TypeInfo;

/// Finds the type of a path and checks that it has the requested version.
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

/// Namespaces without types in the emulator, which clients register.
const MORE: [&str; 3] = ["Microsoft.App", "Microsoft.Bing", "Microsoft.ContainerService"];

/// Returns every namespace, spelled as Azure spells it.
fn namespaces(world: &World) -> Vec<&'static str> {
    let types = (world.registry.types)().iter();
    let mut names: Vec<&str> = types.map(|it| it.info().namespace()).chain(MORE).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns every provider as a subscription sees it, or as a tenant does if `subscription` is
/// empty.
pub(super) fn list(world: &World, subscription: &str) -> Vec<Value> {
    let names = namespaces(world).into_iter();
    names.map(|namespace| show(world, subscription, namespace)).collect()
}

/// Returns a provider as a subscription sees it.
pub(super) fn known(
    world: &World,
    subscription: &str,
    namespace: &str,
) -> Result<HttpResponse, ArmError> {
    let mut names = namespaces(world).into_iter();
    match names.find(|known| known.eq_ignore_ascii_case(namespace)) {
        Some(known) => Ok(HttpResponse::ok(show(world, subscription, known))),
        None => {
            let text = format!("The resource namespace '{namespace}' is invalid.");
            Err(ArmError::new(404, "InvalidResourceNamespace", text))
        }
    }
}

/// Registers a provider. The answer says `Registering`, and the next read says `Registered`.
pub(super) fn register(
    world: &mut World,
    subscription: &str,
    namespace: &str,
) -> Result<HttpResponse, ArmError> {
    let mut response = known(world, subscription, namespace)?;
    if !world.rules.is_registered(subscription, namespace) {
        world.rules.register(subscription, namespace, true);
        if let Some(body) = &mut response.body {
            body["registrationState"] = json!("Registering");
        }
    }
    Ok(response)
}

/// Refuses to create a resource of a provider that is not registered.
pub(super) fn must_be_registered(
    world: &World,
    subscription: &str,
    info: &TypeInfo,
) -> Result<(), ArmError> {
    let namespace = info.namespace();
    if world.rules.is_registered(subscription, namespace) {
        return Ok(());
    }
    let text = format!(
        "The subscription is not registered to use namespace '{namespace}'. See \
         https://aka.ms/rps-not-found for how to register subscriptions."
    );
    Err(ArmError::new(409, "MissingSubscriptionRegistration", text))
}

/// Returns a provider in ARM's form, for a subscription or for the tenant.
fn show(world: &World, subscription: &str, namespace: &str) -> Value {
    let of = |resource_type: &&&dyn ResourceType| {
        resource_type.info().namespace().eq_ignore_ascii_case(namespace)
    };
    let types = (world.registry.types)().iter().filter(of).map(|resource_type| {
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
    let scope = match subscription {
        "" => String::new(),
        id => format!("/subscriptions/{id}"),
    };
    let state = match world.rules.is_registered(subscription, namespace) {
        true => "Registered",
        false => "NotRegistered",
    };
    json!({
        "id": format!("{scope}/providers/{namespace}"),
        "namespace": namespace,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": state,
        "resourceTypes": types.collect::<Vec<_>>(),
    })
}
