//! Microsoft.MachineLearningServices/workspaces/connections.

use serde_json::{Value, json};

use super::common::{NO_STATES, PLAIN};
use super::{identity, properties, versions};
use crate::arm_error::ArmError;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Location, TypeInfo};

/// Type of workspace connections.
pub(crate) struct WorkspaceConnection;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.MachineLearningServices/workspaces/connections",
    versions: versions::MACHINE_LEARNING,
    writable: properties::WORKSPACE_CONNECTION_WRITABLE,
    read_only: properties::WORKSPACE_CONNECTION_READ_ONLY,
    location: Location::None,
    tags: false,
    states: NO_STATES,
    ..PLAIN
};

impl ResourceType for WorkspaceConnection {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let category = write.property("category");
        if category.is_string() || write.patch {
            return Ok(());
        }
        Err(ArmError::bad("BadRequest", "The category of a connection is required."))
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::stamp(world, next);
        let group = match next["properties"]["category"].as_str() {
            Some("AIServices" | "AzureOpenAI" | "CognitiveSearch" | "CognitiveService") => {
                "AzureAI"
            }
            _ => "Azure",
        };
        let workspace = write.id.parent().map(|id| id.to_string()).unwrap_or_default();
        let defaults = json!({
            "createdByWorkspaceArmId": workspace,
            "group": group,
            "isSharedToAll": false,
            "metadata": {},
        });
        identity::default(&mut next["properties"], defaults);
    }

    fn render(&self, _world: &World, shown: &mut Value, _version: &str) {
        // Secrets are write-only: a `GET` has their names without values.
        if let Some(map) = shown["properties"].as_object_mut()
            && map.get("credentials").is_some_and(Value::is_object)
        {
            map.insert("credentials".to_owned(), Value::Null);
        }
    }
}
