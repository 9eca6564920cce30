//! A private endpoint connection as its target represents it. The types differ: Storage spells
//! `actionsRequired` as `actionRequired`, Search has one group where AI services have a list, and
//! the other types have none. Azure AI services put the account before the name, so the name is
//! always read from the end of the ID.

use crate::private_link::connection::name;
use plugin::model::Object;
use serde::Deserialize;

/// A private endpoint connection of a resource.
#[derive(Object, Clone, Debug, PartialEq)]
pub struct Connection {
    /// ID of the connection.
    pub id: String,
    /// Name of the connection, which the service generates.
    name: String,
    /// ID of the private endpoint.
    private_endpoint_id: Option<String>,
    /// Group IDs that the endpoint reaches. Only AI services and search services return them.
    group_ids: Vec<String>,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    pub status: Option<String>,
    /// Message of the request, or reason of the decision.
    description: Option<String>,
    /// Action that the service's owner requests, often `None`.
    actions_required: Option<String>,
}

/// A private endpoint connection as ARM represents it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ConnectionBody {
    id: String,
    properties: ConnectionProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ConnectionProperties {
    private_endpoint: Option<ConnectionEndpoint>,
    private_link_service_connection_state: Option<ConnectionState>,
    group_ids: Option<Vec<String>>,
    group_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConnectionEndpoint {
    id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ConnectionState {
    status: Option<String>,
    description: Option<String>,
    #[serde(alias = "actionRequired")]
    actions_required: Option<String>,
}

impl From<ConnectionBody> for Connection {
    fn from(wire: ConnectionBody) -> Self {
        let properties = wire.properties;
        let state = properties.private_link_service_connection_state.unwrap_or_default();
        let groups = properties.group_ids.unwrap_or_default();
        Self {
            name: name(&wire.id).to_owned(),
            id: wire.id,
            private_endpoint_id: properties.private_endpoint.and_then(|it| it.id),
            group_ids: if groups.is_empty() {
                properties.group_id.into_iter().collect()
            } else {
                groups
            },
            status: state.status,
            description: state.description,
            actions_required: state.actions_required,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn connections_of_every_type_are_read() {
        for (properties, groups, actions) in [
            (
                json!({"privateLinkServiceConnectionState": {"actionRequired": "None"}}),
                &[][..],
                Some("None"),
            ),
            (
                json!({
                    "groupIds": ["account"],
                    "privateLinkServiceConnectionState": {"actionsRequired": "Recreate"},
                }),
                &["account"],
                Some("Recreate"),
            ),
            (json!({"groupId": "searchService"}), &["searchService"], None),
            (
                json!({"privateEndpoint": null, "privateLinkServiceConnectionState": null}),
                &[],
                None,
            ),
        ] {
            let wire = json!({"id": "/a/x", "name": "a/x", "properties": properties});
            let read: Connection = serde_json::from_value::<ConnectionBody>(wire).unwrap().into();
            assert_eq!(read.name, "x");
            assert_eq!(read.group_ids, groups);
            assert_eq!(read.actions_required.as_deref(), actions);
        }
    }
}
