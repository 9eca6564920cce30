//! `azureai_workspace`, the data source

use crate::arm::{Beside, Found, Home};
use crate::check;
use crate::lookup::ArmData;
use crate::wire::Tags;
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::field::Computed;
use plugin::model::{Model, Object};
use plugin::path::Path;
use serde::Deserialize;
use serde_json::Value as Json;

/// Reads an Azure AI workspace: a hub, a project or a classic machine learning workspace, with its
/// default resources.
#[derive(Model, Clone, Debug)]
pub struct Workspace {
    /// ID of the workspace.
    #[tf(check = check::id_of(&[TYPE]))]
    id: String,
    /// Name of the workspace.
    name: Computed<String>,
    /// Name of its resource group.
    resource_group_name: Computed<String>,
    /// GUID of its subscription.
    subscription_id: Computed<String>,
    /// `Hub`, `Project`, `Default` or `FeatureStore`.
    kind: Computed<String>,
    /// Region.
    location: Computed<String>,
    /// GUID that Azure gave the workspace; part of its DNS names.
    workspace_id: Computed<String>,
    /// Address of the workspace's discovery service.
    discovery_url: Computed<String>,
    /// ID of the hub, of a project.
    hub_id: Computed<String>,
    /// `Enabled` or `Disabled`.
    public_network_access: Computed<String>,
    /// Address ranges that may reach the workspace publicly, where there are any.
    ip_allowlist: Computed<Vec<String>>,
    /// The network that Azure manages for the workspace.
    managed_network: Computed<ManagedNetwork>,
    /// The private endpoint connections of the workspace.
    private_endpoint_connections: Computed<Vec<Connection>>,
    /// The resources that the workspace works with.
    default_resources: Computed<DefaultResources>,
    /// Names that clients of the workspace must be able to resolve.
    fqdns: Computed<Vec<String>>,
    /// Tags of the workspace.
    tags: Computed<Tags>,
}

/// The network that Azure manages for a workspace.
#[derive(Object, Clone, Debug)]
struct ManagedNetwork {
    /// `Disabled`, `AllowInternetOutbound` or `AllowOnlyApprovedOutbound`.
    isolation_mode: Option<String>,
    /// `Inactive` or `Active`.
    status: Option<String>,
}

/// A private endpoint connection.
#[derive(Object, Clone, Debug)]
struct Connection {
    /// ID of the connection.
    id: String,
    /// Name of the connection.
    name: String,
    /// ID of the private endpoint.
    private_endpoint_id: Option<String>,
    /// `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: Option<String>,
    /// What the workspace's owner said to it.
    description: Option<String>,
}

/// The resources that a workspace works with.
#[derive(Object, Clone, Debug)]
struct DefaultResources {
    /// ID of the storage account.
    storage_account_id: Option<String>,
    /// ID of the key vault.
    key_vault_id: Option<String>,
    /// ID of the container registry.
    container_registry_id: Option<String>,
    /// ID of the Application Insights component.
    application_insights_id: Option<String>,
    /// IDs of the AI services accounts that the workspace has connections to.
    ai_services_ids: Vec<String>,
    /// IDs of the search services that the workspace has connections to.
    search_service_ids: Vec<String>,
}

const TYPE: &str = "Microsoft.MachineLearningServices/workspaces";
const CONNECTIONS: &str = "connections";

impl ArmData for Workspace {
    const NAME: &'static str = "azureai_workspace";
    const LABEL: &'static str = "workspace";
    const API: &'static str = "2025-06-01";

    fn target(&self, _home: &Home) -> Result<ResourceId, Diagnostic> {
        check::parse(&self.id, "id")
    }

    fn named_by() -> Path {
        Path::of("id")
    }

    fn beside(id: &ResourceId, _body: &Json) -> Vec<Beside> {
        vec![Beside {
            name: CONNECTIONS,
            id: id.clone(),
            api: Self::API,
            list: Some("connections"),
        }]
    }

    fn read(&mut self, id: &ResourceId, body: &Json, beside: &Found) -> serde_json::Result<()> {
        let body = Body::deserialize(body)?;
        let properties = &body.properties;
        self.name.set(id.name().to_owned());
        self.resource_group_name
            .set(id.resource_group().map(str::to_owned));
        self.subscription_id.set(id.subscription().to_owned());
        self.kind
            .set(body.kind.clone().unwrap_or_else(|| "Default".to_owned()));
        self.location.set(body.location.clone());
        self.tags.set(body.tags.clone().unwrap_or_default());
        self.workspace_id.set(properties.workspace_id.clone());
        self.discovery_url.set(properties.discovery_url.clone());
        self.hub_id.set(properties.hub_resource_id.clone());
        let access = properties.public_network_access.clone();
        self.public_network_access
            .set(access.unwrap_or_else(|| "Enabled".to_owned()));
        self.ip_allowlist.set(properties.ip_allowlist.clone());
        let network = &properties.managed_network;
        self.managed_network.set(ManagedNetwork {
            isolation_mode: network.isolation_mode.clone(),
            status: network.status.status.clone(),
        });
        let connections = properties
            .private_endpoint_connections
            .iter()
            .map(Connection::of);
        self.private_endpoint_connections
            .set(connections.collect::<Vec<_>>());
        let others = beside
            .read::<Vec<WorkspaceConnection>>(CONNECTIONS)
            .unwrap_or_default();
        self.default_resources.set(DefaultResources {
            storage_account_id: properties.storage_account.clone(),
            key_vault_id: properties.key_vault.clone(),
            container_registry_id: properties.container_registry.clone(),
            application_insights_id: properties.application_insights.clone(),
            ai_services_ids: targets(&others, "AIServices"),
            search_service_ids: targets(&others, "CognitiveSearch"),
        });
        self.fqdns.set(fqdns(&body));
        Ok(())
    }
}

/// The resources that connections of a category lead to, sorted.
fn targets(connections: &[WorkspaceConnection], category: &str) -> Vec<String> {
    let of_category = connections.iter().map(|connection| &connection.properties);
    let mut ids: Vec<String> = of_category
        .filter(|it| {
            it.category
                .as_deref()
                .is_some_and(|it| it.eq_ignore_ascii_case(category))
        })
        .filter_map(|it| it.metadata.resource_id.clone())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The names of a workspace (custom DNS page of Azure Machine Learning): the API's, after its
/// discovery URL, and the notebooks'.
fn fqdns(body: &Body) -> Vec<String> {
    let properties = &body.properties;
    let region = check::region(body.location.as_deref().unwrap_or_default());
    let api = properties
        .discovery_url
        .as_deref()
        .and_then(|text| url::Url::parse(text).ok())
        .and_then(|url| {
            url.host_str()?
                .strip_prefix(&format!("{region}."))
                .map(str::to_owned)
        });
    let guid = properties
        .workspace_id
        .as_deref()
        .filter(|guid| !guid.is_empty());
    let mut names = Vec::new();
    if let (Some(guid), Some(api)) = (guid, api) {
        names.push(format!("{guid}.workspace.{region}.{api}"));
        names.push(format!("{guid}.workspace.{region}.cert.{api}"));
    }
    names.extend(properties.notebook_info.fqdn.clone());
    names
}

impl Connection {
    fn of(connection: &PrivateEndpointConnection) -> Self {
        let properties = &connection.properties;
        let state = &properties.private_link_service_connection_state;
        Self {
            id: connection.id.clone(),
            name: connection.name.clone(),
            private_endpoint_id: properties.private_endpoint.id.clone(),
            status: state.status.clone(),
            description: state.description.clone(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    kind: Option<String>,
    location: Option<String>,
    tags: Option<Tags>,
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    workspace_id: Option<String>,
    discovery_url: Option<String>,
    hub_resource_id: Option<String>,
    public_network_access: Option<String>,
    ip_allowlist: Vec<String>,
    managed_network: Network,
    private_endpoint_connections: Vec<PrivateEndpointConnection>,
    storage_account: Option<String>,
    key_vault: Option<String>,
    container_registry: Option<String>,
    application_insights: Option<String>,
    notebook_info: NotebookInfo,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Network {
    isolation_mode: Option<String>,
    status: NetworkStatus,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NetworkStatus {
    status: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NotebookInfo {
    fqdn: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PrivateEndpointConnection {
    id: String,
    name: String,
    properties: ConnectionProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ConnectionProperties {
    private_endpoint: Endpoint,
    private_link_service_connection_state: State,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoint {
    id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct State {
    status: Option<String>,
    description: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WorkspaceConnection {
    properties: WorkspaceConnectionProperties,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WorkspaceConnectionProperties {
    category: Option<String>,
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(rename = "ResourceId")]
    resource_id: Option<String>,
}
