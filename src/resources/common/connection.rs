//! A private endpoint connection as its target shows it. The types differ in small things: Storage
//! spells `actionsRequired` without the s, Search has one group where AI services have a list, and
//! the others have none. Azure AI services put the account before the name, so the name is always
//! the end of the ID.

use crate::private_link::connection::name;
use plugin::model::Object;
use serde::Deserialize;

/// A private endpoint connection of a target.
#[derive(Object, Clone, Debug, PartialEq)]
pub struct Connection {
    /// ID of the connection.
    pub id: String,
    /// Name that the service gave the connection.
    name: String,
    /// ID of the private endpoint.
    private_endpoint_id: Option<String>,
    /// Group IDs that the endpoint reaches. Only AI services and search services tell them.
    group_ids: Vec<String>,
    /// `Approved`, `Pending`, `Rejected` or `Disconnected`.
    pub status: Option<String>,
    /// What was said to it: the request's message, or the decision's reason.
    description: Option<String>,
    /// What the service's owner asks to be done; often `None`.
    actions_required: Option<String>,
}

/// A private endpoint connection on the wire.
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
    fn the_spellings_of_the_types_are_read() {
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
