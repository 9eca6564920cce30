//! `azureai_private_endpoint_connection_approval`, the list

use crate::engine::list::is;
use crate::engine::prelude::*;
use crate::private_link::CONNECTION_STATUSES;
use crate::private_link::arm_types::{ArmType, PRIVATE_ENDPOINT};
use crate::private_link::connection::{self, CONNECTIONS};
use crate::private_link::services::{self, Service, services};
use crate::private_link::workspaces::is_project;

/// Lists private endpoint connections at the resources that they connect to, such as those that
/// wait for an approval.
///
/// Azure lists connections by resource. If `target_resource_id` is omitted, the provider sends a
/// request for each workspace (hub), storage account, key vault, container registry, AI services
/// account and search service. To list the connections of a resource of another type, set its ID.
#[derive(Model, Clone, Debug)]
pub struct Connections {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the resource to list private endpoint connections of.
    #[tf(check = validators::id_of(services::types()))]
    target_resource_id: Option<String>,
    /// ID of the private endpoint of the connections. If omitted, lists those of every endpoint.
    #[tf(check = validators::id_of(&[PRIVATE_ENDPOINT.name]))]
    private_endpoint_id: Option<String>,
    /// State of the connections. Possible values are `Approved`, `Pending`, `Rejected`,
    /// `Disconnected` and `Timeout`. If omitted, lists connections in every state.
    #[tf(check = validators::one_of(CONNECTION_STATUSES))]
    connection_status: Option<String>,
}

fn of_version(api_version: &'static str) -> ArmType {
    ArmType { name: CONNECTIONS, api_version }
}

impl ArmList for Connections {
    const NAME: &'static str = "azureai_private_endpoint_connection_approval";
    const LABEL: &'static str = "private endpoint connections";
    const PARENT: Option<&'static str> = Some("target_resource_id");

    fn sources(&self) -> Vec<Source> {
        let source = |service: &'static Service| {
            let (parent, connections) = (service.arm_type, service.connections?);
            Some(Source::ChildrenOf(parent, of_version(connections.api_version)))
        };
        let common = services().filter(|service| service.workspace_role.is_some());
        common.filter_map(source).collect()
    }

    fn within(&self, parent: ResourceId) -> Option<Source> {
        let api_version = connection::api_version(&parent).unwrap_or_default();
        Some(Source::Children(parent, of_version(api_version)))
    }

    fn opens(&self, parent: &Json) -> bool {
        // A project has the private endpoints of its hub.
        !is_project(parent)
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let status = &object["properties"]["privateLinkServiceConnectionState"]["status"];
        let status = status.as_str().unwrap_or_default();
        if self.connection_status.as_ref().is_some_and(|it| !it.eq_ignore_ascii_case(status)) {
            return Vec::new();
        }
        let endpoint = object["properties"]["privateEndpoint"]["id"].as_str();
        if !is(self.private_endpoint_id.as_deref(), endpoint) {
            return Vec::new();
        }
        let ty = services::connection_types().iter().find(|ty| id.is_type(ty));
        let id = ty.map_or_else(|| id.clone(), |ty| id.canonical(ty));
        let target = id.parent().map(|target| target.name().to_owned()).unwrap_or_default();
        let name = format!("{} of {target} ({status})", id.name());
        vec![ListResult { name, id: id.to_string() }]
    }
}
