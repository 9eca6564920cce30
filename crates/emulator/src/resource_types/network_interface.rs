//! Microsoft.Network/networkInterfaces.

use serde_json::Value;

use super::common::NETWORK;
use super::{network, properties};
use crate::arm_error::ArmError;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::TypeInfo;

/// Type of network interfaces. A private endpoint's interface belongs to it and cannot be deleted
/// separately.
pub(crate) struct NetworkInterface;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Network/networkInterfaces",
    writable: properties::NETWORK_INTERFACE_WRITABLE,
    read_only: properties::NETWORK_INTERFACE_READ_ONLY,
    top: &["extendedLocation"],
    ..NETWORK
};

impl ResourceType for NetworkInterface {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        match write.before {
            Some(before) if !write.patch => owned(before, "updated"),
            _ => Ok(()),
        }
    }

    fn on_accepted(&self, world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        network::name_guid(world, next);
    }

    fn validate_delete(&self, _world: &World, resource: &Resource) -> Result<(), ArmError> {
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
