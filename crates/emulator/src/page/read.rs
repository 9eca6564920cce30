//! Reads of resources as they are shown: text, lists and the names in IDs.

use serde_json::Value;

/// Returns the text at a JSON pointer, or the empty text.
pub(super) fn word<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the entries of the list at a JSON pointer.
pub(super) fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// Returns the last name in an ID.
pub(super) fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// Returns the ID that is `levels` of type and name above an ID.
pub(super) fn above(id: &str, levels: usize) -> &str {
    id.rsplitn(2 * levels + 1, '/').last().unwrap_or_default()
}

/// Returns the connections of a private endpoint, approved automatically or by hand.
pub(super) fn connections(endpoint: &Value) -> impl Iterator<Item = &Value> {
    let automatic = list(endpoint, "/properties/privateLinkServiceConnections");
    automatic.chain(list(endpoint, "/properties/manualPrivateLinkServiceConnections"))
}

/// Pointer to the status of a connection.
pub(super) const STATUS: &str = "/properties/privateLinkServiceConnectionState/status";
