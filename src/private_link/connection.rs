//! Private endpoint connections as ARM shows them on the target, and their approval.

use super::arm_types::SEARCH_SERVICE;
use super::services::service_of;
use azure::id::ResourceId;
use serde_json::{Value as Json, json};

/// Type of the child resources that are connections.
pub const CONNECTIONS: &str = "privateEndpointConnections";

const STATE: &str = "privateLinkServiceConnectionState";

/// Status of a connection that the target's owner approved.
pub const APPROVED: &str = "Approved";

/// Status of a connection that the target's owner rejected.
pub const REJECTED: &str = "Rejected";

/// Status of a connection that awaits approval.
pub const PENDING: &str = "Pending";

/// Returns the API version of the connections of a resource, or `None` if its type shows none.
pub fn api_version(target: &ResourceId) -> Option<&'static str> {
    Some(service_of(target)?.connections?.api_version)
}

/// Returns the name of a connection from its ID. The `name` property of Azure AI services also
/// contains the account.
pub fn name(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// Returns a member of a connection's state.
pub fn state<'a>(live: &'a Json, name: &str) -> Option<&'a str> {
    live["properties"][STATE][name].as_str()
}

/// Returns `true` if a connection has this status.
pub fn is(live: &Json, status: &str) -> bool {
    state(live, "status").is_some_and(|it| it.eq_ignore_ascii_case(status))
}

/// Returns the ID of the private endpoint of a connection. Empty if the connection shows none.
pub fn endpoint(live: &Json) -> &str {
    live["properties"]["privateEndpoint"]["id"].as_str().unwrap_or_default()
}

/// Returns the body that sets the status and description of a connection.
pub fn decided(status: &str, description: Option<&str>) -> Json {
    let mut state = json!({"status": status});
    if let Some(description) = description {
        state["description"] = json!(description);
    }
    json!({"properties": {STATE: state}})
}

/// Returns the next body to write so that a connection gets this status and description, or `None`
/// if it has them.
pub fn decide(live: &Json, status: &str, description: Option<&str>) -> Option<Json> {
    let said = description.is_none_or(|it| it == state(live, "description").unwrap_or_default());
    if is(live, status) && said {
        return None;
    }
    // Search rejects the change from Rejected to Approved (recorded), so Pending comes first.
    let by_way = status == APPROVED && is(live, REJECTED) && is_of_search(live);
    Some(decided(if by_way { PENDING } else { status }, description))
}

/// Returns `true` for a connection of a search service.
fn is_of_search(live: &Json) -> bool {
    let id = live["id"].as_str().and_then(|id| ResourceId::parse(id).ok());
    id.and_then(|id| id.parent()).is_some_and(|target| target.is_type(SEARCH_SERVICE.name))
}
