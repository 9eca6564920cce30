//! `azureai_private_endpoint_connection_approval`, the list

use crate::check;
use crate::list::{ArmList, Source, Within, is};
use crate::private_link::{STATUSES, TARGETS, TYPES, is_project, target};
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::list::ListResult;
use plugin::model::Model;
use plugin::value::Value;
use serde_json::Value as Json;

/// Finds private endpoint connections on the side of the resources that they lead to, such as all
/// that wait for an approval.
///
/// Azure lists them by resource: without `target_resource_id` there is a request for each workspace
/// (hub), storage account, key vault, container registry, AI services account and search service.
#[derive(Model, Clone, Debug)]
pub struct Connections {
    #[tf(flatten)]
    within: Within,
    /// ID of the resource whose connections are meant.
    #[tf(check = check::id_of(TYPES))]
    target_resource_id: Option<String>,
    /// ID of the private endpoint whose connections are meant.
    #[tf(check = check::id_of(&["Microsoft.Network/privateEndpoints"]))]
    private_endpoint_id: Option<String>,
    /// State of the connections: `Approved`, `Pending`, `Rejected`, `Disconnected` or `Timeout`.
    #[tf(check = check::one_of(STATUSES))]
    connection_status: Option<String>,
}

const CHILD: &str = "privateEndpointConnections";

impl ArmList for Connections {
    const NAME: &'static str = "azureai_private_endpoint_connection_approval";
    const LABEL: &'static str = "private endpoint connections";

    fn within(&self) -> &Within {
        &self.within
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let all = || TARGETS.iter().map(|it| Source::ChildrenOf((it.ty, it.api), (CHILD, it.api)));
        let Some(id) = &self.target_resource_id else {
            return Ok(all().collect());
        };
        let id = check::parse(id, "target_resource_id")?;
        let api = target(&id.resource_type()).map_or("", |target| target.api);
        Ok(vec![Source::Children(id, (CHILD, api))])
    }

    fn opens(&self, parent: &Json) -> bool {
        // A project is reached through its hub.
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
        let ty = TYPES.iter().map(|ty| format!("{ty}/{CHILD}")).find(|ty| id.is_type(ty));
        let id = ty.map_or_else(|| id.clone(), |ty| id.canonical(&ty));
        let target = id.parent().map(|target| target.name().to_owned()).unwrap_or_default();
        let name = format!("{} of {target} ({status})", id.name());
        vec![ListResult { name, id: id.to_string() }]
    }

    fn validate(config: &Value) -> Diagnostics {
        Within::or(config, "target_resource_id")
    }
}
