//! An assessed workspace or Foundry account, and the resources that it uses.

use crate::private_link::services::{Role, Service, service_of};
use azure::id::ResourceId;

/// The assessed resource, or a resource that it uses.
#[derive(Clone, Debug)]
pub struct Related {
    /// ID of the resource.
    pub id: ResourceId,
    /// Role of the resource for the assessed one.
    pub role: Role,
    /// Service of the resource.
    pub service: &'static Service,
}

impl Related {
    /// Returns the resource with this ID, or `None` if its service has no such role.
    pub fn of(id: &ResourceId, role: impl Fn(&Service) -> Option<Role>) -> Option<Self> {
        let service = service_of(id)?;
        let role = role(service)?;
        Some(Self { id: id.canonical(service.arm_type.name), role, service })
    }
}
