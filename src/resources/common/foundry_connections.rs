//! The connections of a Foundry account or project in data sources.

use crate::engine::prelude::*;
use crate::explain::unreadable;
use crate::private_link::arm_types::ACCOUNT_CONNECTION;
use azure::error::ErrorKind;
use std::collections::BTreeMap;

/// A connection of a Foundry account or project.
#[derive(Object, Clone, Debug, PartialEq)]
pub struct ShownConnection {
    /// ID of the connection.
    id: String,
    /// Name of the connection.
    name: String,
    /// Category of the connection, such as `CosmosDb`.
    category: String,
    /// How agents authenticate, such as `AAD`.
    auth_type: String,
    /// URL or resource ID that the connection leads to.
    target: String,
    /// ID of the Azure resource that the connection leads to, if the connection's metadata contains
    /// one.
    target_resource_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    id: String,
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    category: String,
    auth_type: String,
    target: String,
    metadata: BTreeMap<String, Option<String>>,
}

/// Returns the connections of an account or project, sorted by name, or `None` if the identity
/// lacks the right to read them.
///
/// # Errors
///
/// Returns an error if the request fails, or if the answer has an unknown form.
pub fn shown(
    reader: &Reader,
    parent: &ResourceId,
) -> Result<Option<Vec<ShownConnection>>, Diagnostic> {
    reader.unless_failed(&format!("Reading the connections of {parent}"))?;
    let listed = reader.list(parent, "connections", ACCOUNT_CONNECTION.api_version);
    let listed = match listed.decode_each::<Body>(parent) {
        Read::Found(listed) => listed,
        Read::Hidden(error) if error.kind() == ErrorKind::Decode => {
            return Err(unreadable("connection", &error));
        }
        Read::Hidden(_) | Read::Absent | Read::Pending => return Ok(None),
    };
    let connection = |Body { id, properties }: Body| {
        let Properties { category, auth_type, target, metadata } = properties;
        let name = id.rsplit('/').next().unwrap_or_default().to_owned();
        let target_resource_id = metadata.get("ResourceId").cloned().flatten();
        ShownConnection { id, name, category, auth_type, target, target_resource_id }
    };
    let mut shown: Vec<_> = listed.into_iter().map(connection).collect();
    shown.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(Some(shown))
}
