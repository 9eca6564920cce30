//! `azureai_private_endpoint_connection_approval`, the list

use crate::engine::list::is;
use crate::engine::prelude::*;
use crate::private_link::CONNECTION_STATUSES;
use crate::private_link::arm_types::PRIVATE_ENDPOINT;
use crate::private_link::connection::CONNECTIONS;
use crate::private_link::services::{self, Service, service_of, services};
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

impl ArmList for Connections {
    const NAME: &'static str = "azureai_private_endpoint_connection_approval";
    const LABEL: &'static str = "private endpoint connections";

    fn scope(&self) -> &ListScope {
        &self.scope
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let source = |service: &'static Service| {
            let (parent, connections) = (service.arm_type, service.connections?);
            let parent = (parent.name, parent.api_version);
            Some(Source::ChildrenOf(parent, (CONNECTIONS, connections.api_version)))
        };
        let Some(id) = &self.target_resource_id else {
            let common = services().filter(|service| service.workspace_role.is_some());
            return Ok(common.filter_map(source).collect());
        };
        let id = validators::parse(id, "target_resource_id")?;
        let connections = service_of(&id).and_then(|service| service.connections);
        let api = connections.map_or("", |connections| connections.api_version);
        Ok(vec![Source::Children(id, (CONNECTIONS, api))])
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

    fn validate(config: &Value) -> Diagnostics {
        ListScope::or(config, "target_resource_id")
    }
}
