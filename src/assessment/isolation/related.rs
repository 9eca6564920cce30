//! A workspace or Foundry account, and the resources that it works with.

use crate::private_link::services::{Role, Service, service_of};
use azure::id::ResourceId;

/// What is judged, or a resource that it works with.
#[derive(Clone, Debug)]
pub struct Related {
    /// Its ID.
    pub id: ResourceId,
    /// What it is to what is judged.
    pub role: Role,
    /// The service that it is of.
    pub service: &'static Service,
}

impl Related {
    /// The resource with that ID; `None` where its service has no such role.
    pub fn of(id: &ResourceId, role: impl Fn(&Service) -> Option<Role>) -> Option<Self> {
        let service = service_of(id)?;
        let role = role(service)?;
        Some(Self { id: id.canonical(service.arm_type.name), role, service })
    }
}
