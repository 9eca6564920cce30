//! Roles in Microsoft.DocumentDB/databaseAccounts: `sqlRoleDefinitions` and `sqlRoleAssignments`.

use serde_json::{Value, json};

use super::common::{NO_STATES, PLAIN};
use super::versions;
use crate::arm_error::ArmError;
use crate::resource_id::{same, within};
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Location, Patch, Poll, Reply, Shown, TypeInfo};

/// Type of the definitions or of the assignments.
pub(crate) struct CosmosRole(TypeInfo);

const ROLE: TypeInfo = TypeInfo {
    versions: versions::COSMOS,
    location: Location::None,
    tags: false,
    // Recorded by the Azure CLI's tests.
    put: Reply::Both(Shown::Enqueued),
    put_again: Reply::Both(Shown::Enqueued),
    patch: Patch::None,
    delete: Delete::Both,
    poll: Poll::Cosmos,
    states: NO_STATES,
    valid_name: |name| uuid::Uuid::parse_str(name).is_ok(),
    ..PLAIN
};

/// Type of the definitions.
pub(crate) static DEFINITIONS: CosmosRole = CosmosRole(TypeInfo {
    name: "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions",
    writable: &["assignableScopes", "permissions", "roleName", "type"],
    read_only: &["id"],
    ..ROLE
});

/// Type of the assignments.
pub(crate) static ASSIGNMENTS: CosmosRole = CosmosRole(TypeInfo {
    name: "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
    writable: &["principalId", "roleDefinitionId", "scope"],
    read_only: &["provisioningState"],
    ..ROLE
});

const CONTAINERS: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";

/// End of the GUID, name, and data actions on containers of each built-in definition.
const BUILT_IN: [(&str, &str, &[&str]); 2] = [
    (
        "00000000-0000-0000-0000-000000000001",
        "Cosmos DB Built-in Data Reader",
        &["executeQuery", "readChangeFeed", "items/read"],
    ),
    (
        "00000000-0000-0000-0000-000000000002",
        "Cosmos DB Built-in Data Contributor",
        &["*", "items/*"],
    ),
];

impl CosmosRole {
    fn defines(&self) -> bool {
        self.0.name == DEFINITIONS.0.name
    }
}

fn refused(text: impl Into<String>) -> ArmError {
    ArmError::bad("BadRequest", text)
}

impl ResourceType for CosmosRole {
    fn info(&self) -> &TypeInfo {
        &self.0
    }

    fn given(&self, account: &Resource) -> Vec<Value> {
        let account = account.full_id();
        let show = |(name, role, allowed): &(&str, &str, &[&str])| {
            let allowed: Vec<String> =
                allowed.iter().map(|action| format!("{CONTAINERS}/{action}")).collect();
            let all = ["Microsoft.DocumentDB/databaseAccounts/readMetadata".to_owned()];
            json!({
                "id": format!("{account}/sqlRoleDefinitions/{name}"),
                "name": name,
                "type": DEFINITIONS.0.name,
                "properties": {
                    "roleName": role,
                    "type": "BuiltInRole",
                    "assignableScopes": [account],
                    "permissions": [{
                        "dataActions": all.into_iter().chain(allowed).collect::<Vec<_>>(),
                        "notDataActions": [],
                    }],
                },
            })
        };
        if self.defines() { BUILT_IN.iter().map(show).collect() } else { Vec::new() }
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let built_in = |name: &str| BUILT_IN.iter().any(|(own, ..)| same(own, name));
        let text = |name: &str| write.property(name).as_str().unwrap_or_default();
        let account = write.id.parent().map(|id| id.to_string()).unwrap_or_default();
        if self.defines() {
            if built_in(write.id.name()) {
                return Err(refused("A built-in role definition cannot be changed."));
            }
            return match text("roleName") {
                "" => Err(refused("The roleName of a role definition is required.")),
                _ => Ok(()),
            };
        }
        let (role, scope) = (text("roleDefinitionId"), text("scope"));
        let name = role.rsplit('/').next().unwrap_or_default();
        let below = within(&format!("{account}/sqlRoleDefinitions"), role);
        if !below || !(built_in(name) || world.store.get(role).is_some()) {
            return Err(refused(format!("The role definition '{role}' does not exist.")));
        }
        // The database of a scope need not exist.
        if !within(&account, scope) {
            return Err(refused(format!("The scope '{scope}' is not in the account {account}.")));
        }
        if uuid::Uuid::parse_str(text("principalId")).is_err() {
            return Err(refused("The principalId of a role assignment must be a GUID."));
        }
        Ok(())
    }

    fn on_accepted(&self, _world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        if self.defines() && next["properties"]["type"].is_null() {
            next["properties"]["type"] = json!("CustomRole");
        }
    }
}
