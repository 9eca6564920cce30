//! Types of Microsoft.Network that exist only so that others can refer to them.

use serde_json::{Value, json};

use super::common::NETWORK;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::TypeInfo;

/// A type without checks of its own.
pub(crate) struct PlainType(TypeInfo);

/// Microsoft.Network/applicationSecurityGroups.
pub(crate) static APPLICATION_SECURITY_GROUP: PlainType =
    PlainType(TypeInfo { name: "Microsoft.Network/applicationSecurityGroups", ..NETWORK });

/// Microsoft.Network/networkSecurityGroups.
pub(crate) static NETWORK_SECURITY_GROUP: PlainType = PlainType(TypeInfo {
    name: "Microsoft.Network/networkSecurityGroups",
    writable: &["flushConnection", "securityRules"],
    read_only: &[
        "defaultSecurityRules",
        "flowLogs",
        "networkInterfaces",
        "provisioningState",
        "resourceGuid",
        "subnets",
    ],
    ..NETWORK
});

/// Microsoft.Network/routeTables.
pub(crate) static ROUTE_TABLE: PlainType = PlainType(TypeInfo {
    name: "Microsoft.Network/routeTables",
    writable: &["disableBgpRoutePropagation", "routes"],
    read_only: &["provisioningState", "resourceGuid", "subnets"],
    ..NETWORK
});

impl ResourceType for PlainType {
    fn info(&self) -> &TypeInfo {
        &self.0
    }

    fn on_accepted(&self, world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        name_guid(world, next);
    }
}

/// Sets the `resourceGuid` of a new resource.
pub(super) fn name_guid(world: &mut World, next: &mut Value) {
    if next["properties"]["resourceGuid"].is_null() {
        next["properties"]["resourceGuid"] = json!(world.guid().to_string());
    }
}
