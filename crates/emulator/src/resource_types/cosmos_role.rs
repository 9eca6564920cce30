//! Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments: who may read and write the data of a
//! Cosmos DB account, which Azure's own role assignments do not say.

use super::common::{NO_STATES, PLAIN};
use super::versions;
use crate::arm_error::ArmError;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Delete, Location, Patch, Poll, Reply, Shown, TypeInfo};

/// The type.
pub(crate) struct CosmosRole;

/// Recorded: 202 with both headers to `PUT` and `DELETE`.
static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
    versions: versions::COSMOS,
    writable: &["principalId", "roleDefinitionId", "scope"],
    read_only: &[],
    location: Location::None,
    tags: false,
    put: Reply::Both(Shown::Enqueued),
    put_again: Reply::Both(Shown::Enqueued),
    patch: Patch::None,
    delete: Delete::Both,
    poll: Poll::Cosmos,
    states: NO_STATES,
    ..PLAIN
};

impl ResourceType for CosmosRole {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        match INFO.writable.iter().find(|name| !write.property(name).is_string()) {
            None => Ok(()),
            Some(name) => {
                let text = format!("The {name} of a role assignment is required.");
                Err(ArmError::bad("BadRequest", text))
            }
        }
    }
}
