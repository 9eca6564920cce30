//! Connections of Microsoft.CognitiveServices/accounts and of their projects: other services that
//! agents use, with credentials.

use serde_json::{Value, json};

use super::common::{NO_STATES, PLAIN};
use super::{identity, versions};
use crate::arm_error::ArmError;
use crate::resource_id::same;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Location, TypeInfo};

/// Connections of accounts or of projects.
pub(crate) struct FoundryConnection {
    info: TypeInfo,
}

/// Connections of accounts.
pub(crate) static OF_ACCOUNT: FoundryConnection =
    FoundryConnection::of("Microsoft.CognitiveServices/accounts/connections");

/// Connections of projects.
pub(crate) static OF_PROJECT: FoundryConnection =
    FoundryConnection::of("Microsoft.CognitiveServices/accounts/projects/connections");

const WRITABLE: &[&str] = &[
    "audience",
    "authType",
    "category",
    "credentials",
    "error",
    "expiryTime",
    "isSharedToAll",
    "metadata",
    "peRequirement",
    "peStatus",
    "sharedUserList",
    "target",
    "useWorkspaceManagedIdentity",
];

/// Authentication types with the credentials that each needs.
const AUTH_TYPES: [(&str, &[&str]); 14] = [
    ("AAD", &[]),
    ("AccessKey", &["accessKeyId", "secretAccessKey"]),
    ("AccountKey", &["key"]),
    ("AccountManagedIdentity", &[]),
    ("ApiKey", &["key"]),
    ("CustomKeys", &["keys"]),
    ("ManagedIdentity", &["clientId"]),
    ("None", &[]),
    ("OAuth2", &["clientId"]),
    ("PAT", &["pat"]),
    ("ProjectManagedIdentity", &[]),
    ("SAS", &["sas"]),
    ("ServicePrincipal", &["clientId", "clientSecret", "tenantId"]),
    ("UsernamePassword", &["username"]),
];

impl FoundryConnection {
    const fn of(name: &'static str) -> Self {
        Self {
            info: TypeInfo {
                name,
                versions: versions::COGNITIVE,
                since: "2025-04-01-preview",
                writable: WRITABLE,
                read_only: &["createdByWorkspaceArmId", "group", "isDefault"],
                location: Location::None,
                tags: false,
                // 200 also for a new connection (recorded).
                created: 200,
                states: NO_STATES,
                valid_name: connection_name,
                ..PLAIN
            },
        }
    }
}

impl ResourceType for FoundryConnection {
    fn info(&self) -> &TypeInfo {
        &self.info
    }

    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let auth = write.property("authType").as_str();
        let Some(auth) = auth.or_else(|| write.stored("authType").as_str()) else {
            return Err(invalid("The authType of a connection is required."));
        };
        let Some((_, needs)) = AUTH_TYPES.iter().find(|(known, _)| same(known, auth)) else {
            return Err(invalid(format!("The authType '{auth}' is unknown.")));
        };
        for name in ["category", "target"] {
            let given = [write.property(name), write.stored(name)];
            if !given.iter().any(|it| it.as_str().is_some_and(|it| !it.is_empty())) {
                return Err(invalid(format!("The {name} of a connection is required.")));
            }
        }
        let credentials = write.property("credentials");
        // A write without credentials keeps the current ones.
        let keeps = credentials.is_null() && write.stored("credentials").is_object();
        if let Some(lacks) = needs.iter().find(|name| !keeps && credentials[**name].is_null()) {
            return Err(invalid(format!(
                "Connections of authType '{auth}' need '{lacks}' in their credentials."
            )));
        }
        let metadata = write.property("metadata");
        let texts = |map: &serde_json::Map<String, Value>| {
            map.values().all(|value| value.is_string() || value.is_null())
        };
        match metadata.is_null() || metadata.as_object().is_some_and(texts) {
            true => Ok(()),
            false => Err(invalid("The metadata of a connection must be a map of strings.")),
        }
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::stamp(world, next);
        let properties = &mut next["properties"];
        let category = properties["category"].as_str().unwrap_or_default().to_ascii_lowercase();
        let (group, version) = match category.as_str() {
            "aiservices" | "azureopenai" => ("AzureAI", Some("2024-10-01")),
            "cognitivesearch" => ("AzureAI", Some("2024-05-01-preview")),
            "cosmosdb" => ("NoSQL", None),
            _ => ("Azure", None),
        };
        if properties["credentials"].is_null() && write.stored("credentials").is_object() {
            properties["credentials"] = write.stored("credentials").clone();
        }
        if properties["metadata"].is_null() {
            properties["metadata"] = json!({});
        }
        if let Some(metadata) = properties["metadata"].as_object_mut() {
            metadata.retain(|_, value| !value.is_null());
            if let Some(version) = version {
                metadata.entry("ApiVersion").or_insert_with(|| json!(version));
            }
        }
        let shared = properties["isSharedToAll"] == json!(true);
        let defaults = json!({
            "createdByWorkspaceArmId": write.id.parent().map(|id| id.to_string()),
            "group": group,
            "isDefault": !shared,
            "isSharedToAll": false,
            "peRequirement": "NotRequired",
            "peStatus": "NotApplicable",
            "sharedUserList": [],
            "useWorkspaceManagedIdentity": false,
        });
        identity::default(properties, defaults);
        if shared {
            properties["isDefault"] = json!(false);
        }
    }

    fn render(&self, _world: &World, shown: &mut Value, _version: &str) {
        for name in ["tags", "location"] {
            shown[name] = Value::Null;
        }
        // Secrets are write-only (recorded).
        for name in ["credentials", "error", "expiryTime"] {
            if name == "credentials" || shown["properties"][name].is_null() {
                shown["properties"][name] = Value::Null;
            }
        }
    }
}

fn invalid(text: impl Into<String>) -> ArmError {
    ArmError::bad("ValidationError", text)
}

/// Returns `true` for 2 to 33 characters: letters and digits, and after the first one also `_` and
/// `-`.
fn connection_name(name: &str) -> bool {
    (2..=33).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}
