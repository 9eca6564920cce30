//! A private endpoint connection as ARM shows it on its target, and the decision about it.

use super::arm_types::SEARCH_SERVICE;
use super::services::service_of;
use azure::id::ResourceId;
use serde_json::{Value as Json, json};

/// The children of a resource that are its connections.
pub const CONNECTIONS: &str = "privateEndpointConnections";

const STATE: &str = "privateLinkServiceConnectionState";

/// The status of a connection that its target's owner lets in.
pub const APPROVED: &str = "Approved";

/// The status of a connection that its target's owner turns away.
pub const REJECTED: &str = "Rejected";

/// The status of a connection that nobody has decided about.
pub const PENDING: &str = "Pending";

/// The API version of the connections of a resource; `None` where its type shows none.
pub fn api_version(target: &ResourceId) -> Option<&'static str> {
    Some(service_of(target)?.connections?.api_version)
}

/// The name of a connection, by its ID: Azure AI services put the account before it elsewhere.
pub fn name(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// Part of a connection's state.
pub fn state<'a>(live: &'a Json, name: &str) -> Option<&'a str> {
    live["properties"][STATE][name].as_str()
}

/// Whether a connection is in a state.
pub fn is(live: &Json, status: &str) -> bool {
    state(live, "status").is_some_and(|it| it.eq_ignore_ascii_case(status))
}

/// The ID of the private endpoint of a connection; empty where it shows none.
pub fn endpoint(live: &Json) -> &str {
    live["properties"]["privateEndpoint"]["id"].as_str().unwrap_or_default()
}

/// What a decision changes of a connection.
pub fn decided(status: &str, description: Option<&str>) -> Json {
    let mut state = json!({"status": status});
    if let Some(description) = description {
        state["description"] = json!(description);
    }
    json!({"properties": {STATE: state}})
}

/// What must be written over a connection next so that it comes to this decision; nothing where it
/// is so.
pub fn decide(live: &Json, status: &str, description: Option<&str>) -> Option<Json> {
    let said = description.is_none_or(|it| it == state(live, "description").unwrap_or_default());
    if is(live, status) && said {
        return None;
    }
    // Recorded of Search, which refuses the one step.
    let by_way = status == APPROVED && is(live, REJECTED) && is_of_search(live);
    Some(decided(if by_way { PENDING } else { status }, description))
}

/// Whether a connection leads to a search service.
fn is_of_search(live: &Json) -> bool {
    let id = live["id"].as_str().and_then(|id| ResourceId::parse(id).ok());
    id.and_then(|id| id.parent()).is_some_and(|target| target.is_type(SEARCH_SERVICE.name))
}
