//! The types of Microsoft.Network that only need to exist, for others to refer to.

use serde_json::{Value, json};

use super::facts::{Facts, NETWORK};
use super::{Kind, Write};
use crate::world::World;

/// A type without rules of its own.
pub(crate) struct Simple(Facts);

/// Microsoft.Network/applicationSecurityGroups.
pub(crate) static APPLICATION_SECURITY_GROUP: Simple =
    Simple(Facts { name: "Microsoft.Network/applicationSecurityGroups", ..NETWORK });

/// Microsoft.Network/networkSecurityGroups.
pub(crate) static NETWORK_SECURITY_GROUP: Simple = Simple(Facts {
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
pub(crate) static ROUTE_TABLE: Simple = Simple(Facts {
    name: "Microsoft.Network/routeTables",
    writable: &["disableBgpRoutePropagation", "routes"],
    read_only: &["provisioningState", "resourceGuid", "subnets"],
    ..NETWORK
});

impl Kind for Simple {
    fn facts(&self) -> &Facts {
        &self.0
    }

    fn accept(&self, world: &mut World, _write: &Write<'_>, next: &mut Value) {
        name_guid(world, next);
    }
}

/// Gives a resource its `resourceGuid`, once.
pub(super) fn name_guid(world: &mut World, next: &mut Value) {
    if next["properties"]["resourceGuid"].is_null() {
        next["properties"]["resourceGuid"] = json!(world.guid().to_string());
    }
}
