//! Resources that a workspace uses.

use super::related::Related;
use super::telemetry::is_component;
use crate::private_link::services::{WorkspaceReference, services};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Returns the resources that a workspace uses, from its body and its connections.
pub fn resources(body: &Json, connections: &[Json]) -> Vec<Related> {
    let roles = services().filter_map(|service| service.workspace_role);
    let named = roles.flat_map(|it| {
        let ids = match it.named_by {
            WorkspaceReference::Itself => Vec::new(),
            WorkspaceReference::Property(name) => {
                body["properties"][name].as_str().map(str::to_owned).into_iter().collect()
            }
            WorkspaceReference::Connection(category) => targets(connections, category),
        };
        ids.into_iter().map(move |id| (id, it.role))
    });
    let resource =
        |(id, role): (String, _)| Related::of(&ResourceId::parse(&id).ok()?, |_| Some(role));
    named.filter_map(resource).collect()
}

/// Returns the Application Insights components of a workspace, from its body and its connections.
pub fn components(body: &Json, connections: &[Json]) -> Vec<ResourceId> {
    let own = body["properties"]["applicationInsights"].as_str().map(str::to_owned);
    let named = own.into_iter().chain(targets(connections, "AppInsights"));
    named.filter_map(|id| ResourceId::parse(&id).ok()).filter(is_component).collect()
}

/// Returns the target resources of connections of a category, sorted.
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
