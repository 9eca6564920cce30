//! Microsoft.Network/networkInterfaces.

use serde_json::Value;

use super::facts::{Facts, NETWORK};
use super::{Kind, Write, network, properties};
use crate::error::ArmError;
use crate::store::Resource;
use crate::world::World;

/// The type. Those of private endpoints belong to them and cannot be deleted on their own.
pub(crate) struct NetworkInterface;

static FACTS: Facts = Facts {
    name: "Microsoft.Network/networkInterfaces",
    writable: properties::NETWORK_INTERFACE_WRITABLE,
    read_only: properties::NETWORK_INTERFACE_READ_ONLY,
    top: &["extendedLocation"],
    ..NETWORK
};

impl Kind for NetworkInterface {
    fn facts(&self) -> &Facts {
        &FACTS
    }

    fn check(&self, _world: &World, write: &Write<'_>) -> Result<(), ArmError> {
        match write.before {
            Some(before) if !write.patch => owned(before, "updated"),
            _ => Ok(()),
        }
    }

    fn accept(&self, world: &mut World, _write: &Write<'_>, next: &mut Value) {
        network::name_guid(world, next);
    }

    fn check_delete(&self, _world: &World, resource: &Resource) -> Result<(), ArmError> {
        owned(&resource.body, "deleted")
    }
}

fn owned(interface: &Value, verb: &str) -> Result<(), ArmError> {
    let Some(endpoint) = interface["properties"]["privateEndpoint"]["id"].as_str() else {
        return Ok(());
    };
    let id = interface["id"].as_str().unwrap_or_default();
    let text = format!(
        "Network interface {id} cannot be {verb} because it is attached to private endpoint \
         {endpoint}."
    );
    Err(ArmError::bad("CannotModifyNicAttachedToPrivateEndpoint", text))
}
