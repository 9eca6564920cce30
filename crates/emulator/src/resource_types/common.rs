//! Common parts of the type descriptions of a provider.

use serde_json::Value;

use super::versions;
use crate::world::type_info::{
    Delete, Etag, Location, Patch, Poll, Reply, Shown, States, TypeInfo,
};

/// `provisioningState` as Microsoft.Network spells it.
pub(crate) const NETWORK_STATES: States =
    States { creating: "Updating", updating: "Updating", done: "Succeeded" };

/// No `provisioningState`.
pub(crate) const NO_STATES: States = States { creating: "", updating: "", done: "" };

/// Base of the types of Microsoft.Network.
pub(crate) const NETWORK: TypeInfo = TypeInfo {
    name: "",
    versions: versions::NETWORK,
    since: "",
    writable: &[],
    read_only: &["provisioningState", "resourceGuid"],
    top: &[],
    location: Location::Region,
    tags: true,
    put: Reply::AsyncOperation,
    put_again: Reply::AsyncOperation,
    created: 201,
    idle_put: false,
    patch: Patch::Tags,
    delete: Delete::Both,
    poll: Poll::Network,
    retry_after: 10,
    etag: Etag::Weak,
    states: NETWORK_STATES,
    flag: None,
    immutable: &[],
    busy: (409, "AnotherOperationInProgress"),
    valid_name: network_name,
    page: 1000,
    null_link: false,
    nameless: false,
    any_case: false,
    delete_since: "",
};

/// Base of most other types.
pub(crate) const PLAIN: TypeInfo = TypeInfo {
    put: Reply::Now,
    put_again: Reply::Now,
    patch: Patch::Merge(Reply::Now),
    delete: Delete::Now,
    poll: Poll::Regional,
    etag: Etag::None,
    states: States { creating: "Creating", updating: "Updating", done: "Succeeded" },
    busy: (409, "Conflict"),
    valid_name: |_| true,
    ..NETWORK
};

/// Base of zones, links and records.
pub(crate) const PRIVATE_DNS: TypeInfo = TypeInfo {
    versions: versions::PRIVATE_DNS,
    top: &["etag"],
    location: Location::Global,
    put: Reply::Both(Shown::Empty),
    put_again: Reply::Both(Shown::Empty),
    patch: Patch::Merge(Reply::Both(Shown::Empty)),
    delete: Delete::Both,
    poll: Poll::PrivateDns,
    retry_after: 30,
    states: States { creating: "Creating", updating: "Updating", done: "Succeeded" },
    busy: (409, "Conflict"),
    page: 100,
    ..NETWORK
};

/// Removes the tags that private DNS accepts and forgets: keys with a colon or a space. Known from
/// reports (hashicorp/terraform-provider-azurerm#6129, #23417, Azure/azure-rest-api-specs#11748),
/// not recorded.
pub(crate) fn forget_tags(next: &mut Value) {
    if let Some(tags) = next.get_mut("tags").and_then(Value::as_object_mut) {
        tags.retain(|key, _| !key.contains([':', ' ']));
    }
}

/// Removes an empty list of connections, which some types do not show.
pub(super) fn hide_empty_connections(properties: &mut Value) {
    let none = properties["privateEndpointConnections"].as_array().is_none_or(Vec::is_empty);
    if let Some(map) = properties.as_object_mut().filter(|_| none) {
        map.remove("privateEndpointConnections");
    }
}

/// Returns `true` for 1 to 80 characters, alphanumeric at the start, alphanumeric or `_` at the
/// end.
pub(crate) fn network_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let (first, last) = (name.chars().next(), name.chars().next_back());
    (1..=80).contains(&name.len())
        && first.is_some_and(|c| c.is_ascii_alphanumeric())
        && last.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(inner)
}
