//! The resources that a workspace works with.

use crate::private_link::services::{
    Service, WorkspaceReference, WorkspaceRole, service_of, services,
};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// A workspace, or a resource that it works with.
#[derive(Clone, Debug)]
pub struct WorkspaceResource {
    /// Its ID.
    pub id: ResourceId,
    /// What it is to the workspace.
    pub role: WorkspaceRole,
    /// The service that it is of.
    pub service: &'static Service,
}

impl WorkspaceResource {
    /// The workspace itself.
    pub fn hub(id: &ResourceId) -> Option<Self> {
        let service = service_of(id)?;
        Some(Self { id: id.clone(), role: service.workspace_role?, service })
    }

    /// A project of a hub.
    pub fn project(id: &ResourceId) -> Option<Self> {
        let service = service_of(id)?;
        let id = id.canonical(service.arm_type.name);
        Some(Self { id, role: WorkspaceRole::PROJECT, service })
    }
}

/// The resources that a workspace works with, given its body and its connections.
pub fn resources(body: &Json, connections: &[Json]) -> Vec<WorkspaceResource> {
    let roles = services().filter_map(|service| service.workspace_role);
    let named = roles.flat_map(|role| {
        let ids = match role.named_by {
            WorkspaceReference::Itself => Vec::new(),
            WorkspaceReference::Property(name) => {
                body["properties"][name].as_str().map(str::to_owned).into_iter().collect()
            }
            WorkspaceReference::Connection(category) => targets(connections, category),
        };
        ids.into_iter().map(move |id| (id, role))
    });
    let resource = |(id, role): (String, WorkspaceRole)| {
        let id = ResourceId::parse(&id).ok()?;
        let service = service_of(&id)?;
        Some(WorkspaceResource { id: id.canonical(service.arm_type.name), role, service })
    };
    named.filter_map(resource).collect()
}

/// The resources that connections of a category lead to, sorted.
pub fn targets(connections: &[Json], category: &str) -> Vec<String> {
    let properties = connections.iter().map(|connection| &connection["properties"]);
    let mut ids: Vec<String> = properties
        .filter(|it| it["category"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(category)))
        .filter_map(|it| it["metadata"]["ResourceId"].as_str().map(str::to_owned))
        .collect();
    ids.sort();
    ids.dedup();
    ids
}
