//! `azureai_workspace`, the data source

use crate::assessment::isolation::workspace::targets;
use crate::client::decode::from_json;
use crate::engine::data_source::ObjectAnswer;
use crate::engine::data_source::object_name::{ObjectName, ResourceGroupName};
use crate::engine::prelude::*;
use crate::private_link::arm_types;
use crate::private_link::names::inference_suffix;
use crate::resources::common::connection::{
    Connection, ConnectionBody as PrivateEndpointConnection,
};
use std::collections::BTreeMap;

/// Reads an Azure AI workspace: a hub, a project or a classic machine learning workspace, with its
/// default resources.
#[derive(Model, Clone, Debug)]
pub struct Workspace {
    #[tf(flatten)]
    name: ObjectName,
    /// Kind of the workspace: `Hub`, `Project`, `Default` or `FeatureStore`.
    kind: Computed<String>,
    /// Azure region of the workspace.
    location: Computed<String>,
    /// GUID that Azure generated for the workspace, which is part of its DNS names.
    workspace_id: Computed<String>,
    /// URL of the workspace's discovery service.
    discovery_url: Computed<String>,
    /// ID of the hub that a project belongs to. Null for other kinds.
    hub_id: Computed<String>,
    /// Public network access of the workspace: `Enabled` or `Disabled`.
    public_network_access: Computed<String>,
    /// IP ranges that can reach the workspace publicly, if there are any.
    ip_allowlist: Computed<Vec<String>>,
    /// Managed network of the workspace.
    managed_network: Computed<ManagedNetwork>,
    /// Private endpoint connections of the workspace.
    private_endpoint_connections: Computed<Vec<Connection>>,
    /// Managed identity of the workspace.
    identity: Computed<Vec<Identity>>,
    /// How the workspace accesses its storage account: `AccessKey`, `Identity` or
    /// `UserDelegationSAS`.
    storage_account_access_type: Computed<String>,
    /// Default resources of the workspace.
    default_resources: Computed<DefaultResources>,
    /// Names that clients of the workspace must be able to resolve: of its API, its notebooks and
    /// its online endpoints. The function `workspace_fqdns` returns the records that they need.
    fqdns: Computed<Vec<String>>,
    /// Tags of the workspace.
    tags: Computed<Tags>,
}

/// The managed network of a workspace.
#[derive(Object, Clone, Debug)]
struct ManagedNetwork {
    /// Isolation mode of the network: `Disabled`, `AllowInternetOutbound` or
    /// `AllowOnlyApprovedOutbound`.
    isolation_mode: Option<String>,
    /// Status of the network: `Inactive` or `Active`.
    status: Option<String>,
}

/// The managed identity of a workspace.
#[derive(Object, Clone, Debug)]
struct Identity {
    /// Type of the managed identity: `SystemAssigned`, `UserAssigned` or both.
    r#type: String,
    /// IDs of the user-assigned identities.
    identity_ids: Vec<String>,
    /// Object ID of the system-assigned identity.
    principal_id: Option<String>,
    /// GUID of the tenant of the system-assigned identity.
    tenant_id: Option<String>,
}

/// The default resources of a workspace.
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

const WORKSPACE: ObjectType = ObjectType::new(arm_types::WORKSPACE, "workspace");
const CONNECTIONS: &str = "connections";

impl ArmDataSource for Workspace {
    const NAME: &'static str = "azureai_workspace";

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let connections = |id: &ResourceId, _: &Json| {
            vec![Related::children(CONNECTIONS, id.clone(), WORKSPACE.api_version, CONNECTIONS)]
        };
        let object = self.name.read(WORKSPACE, reader, defaults, connections)?;
        self.show(&object).map_err(|fault| WORKSPACE.unreadable(&fault))?;
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        ObjectName::validate(config, WORKSPACE.name, ResourceGroupName::Required)
    }
}

impl Workspace {
    fn show(&mut self, object: &ObjectAnswer<'_>) -> serde_json::Result<()> {
        let body: Body = from_json(object.body)?;
        self.name.locate(object, WORKSPACE.name);
        self.kind.set(body.kind.clone().unwrap_or_else(|| "Default".to_owned()));
        self.location.set(body.location.clone());
        self.tags.set(body.tags.clone());
        self.fqdns.set(fqdns(&body));
        let identity = body.identity.map(Identity::from);
        self.identity.set(identity.into_iter().collect::<Vec<_>>());
        let others = object.related.get(CONNECTIONS).and_then(Json::as_array);
        self.show_properties(body.properties, others.map(Vec::as_slice).unwrap_or_default());
        Ok(())
    }

    fn show_properties(&mut self, properties: Properties, others: &[Json]) {
        self.workspace_id.set(properties.workspace_id);
        self.discovery_url.set(properties.discovery_url);
        self.hub_id.set(properties.hub_resource_id);
        let access = properties.public_network_access;
        self.public_network_access.set(access.unwrap_or_else(|| "Enabled".to_owned()));
        self.ip_allowlist.set(properties.ip_allowlist);
        let network = properties.managed_network;
        self.managed_network.set(ManagedNetwork {
            isolation_mode: network.isolation_mode,
            status: network.status.status,
        });
        let connections = properties.private_endpoint_connections;
        self.private_endpoint_connections
            .set(connections.into_iter().map(Connection::from).collect::<Vec<_>>());
        let access = properties.system_datastores_auth_mode;
        self.storage_account_access_type.set(access.map(spelt));
        self.default_resources.set(DefaultResources {
            storage_account_id: properties.storage_account,
            key_vault_id: properties.key_vault,
            container_registry_id: properties.container_registry,
            application_insights_id: properties.application_insights,
            ai_services_ids: targets(others, "AIServices"),
            search_service_ids: targets(others, "CognitiveSearch"),
        });
    }
}

/// Returns the access type in azurerm's spelling. Azure's own spelling varies.
fn spelt(access: String) -> String {
    let known = ["AccessKey", "Identity", "UserDelegationSAS"];
    let known = known.iter().find(|it| it.eq_ignore_ascii_case(&access));
    known.map_or(access, |known| (*known).to_owned())
}

impl From<WireIdentity> for Identity {
    fn from(wire: WireIdentity) -> Self {
        Self {
            r#type: wire.r#type,
            identity_ids: wire.user_assigned_identities.into_keys().collect(),
            principal_id: wire.principal_id,
            tenant_id: wire.tenant_id,
        }
    }
}

/// Returns the names of a workspace (custom DNS page of Azure Machine Learning): those of the API,
/// from the discovery URL, of the notebooks, and the region-wide name of the online endpoints.
fn fqdns(body: &Body) -> Vec<String> {
    let properties = &body.properties;
    let region = validators::region(body.location.as_deref().unwrap_or_default());
    let api = properties.discovery_url.as_deref().and_then(|text| {
        let host = url::Url::parse(text).ok()?.host_str()?.to_owned();
        host.strip_prefix(&format!("{region}.")).map(str::to_owned)
    });
    let guid = properties.workspace_id.as_deref();
    let mut names = Vec::new();
    if let (Some(guid), Some(api)) = (guid.filter(|guid| !guid.is_empty()), &api) {
        names.push(format!("{guid}.workspace.{region}.{api}"));
        names.push(format!("{guid}.workspace.{region}.cert.{api}"));
    }
    names.extend(properties.notebook_info.fqdn.clone());
    let endpoints = api.as_deref().and_then(inference_suffix);
    names.extend(endpoints.map(|suffix| format!("*.{region}.{suffix}")));
    names
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    kind: Option<String>,
    location: Option<String>,
    tags: Tags,
    identity: Option<WireIdentity>,
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireIdentity {
    r#type: String,
    principal_id: Option<String>,
    tenant_id: Option<String>,
    user_assigned_identities: BTreeMap<String, Json>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    workspace_id: Option<String>,
    discovery_url: Option<String>,
    hub_resource_id: Option<String>,
    public_network_access: Option<String>,
    ip_allowlist: Option<Vec<String>>,
    managed_network: Network,
    private_endpoint_connections: Vec<PrivateEndpointConnection>,
    system_datastores_auth_mode: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::related::RelatedObjects;
    use serde_json::json;

    fn read(body: &Json) -> Workspace {
        let id = ResourceId::in_group("0", "rg", WORKSPACE.name, "hub");
        let mut workspace = Workspace::decode(Workspace::block().empty()).unwrap();
        let object = ObjectAnswer { id, body, related: RelatedObjects::default() };
        workspace.show(&object).unwrap();
        workspace
    }

    #[test]
    fn the_names_follow_the_cloud_of_the_discovery_url() {
        for (api, inference) in [
            ("api.azureml.ms", "inference.ml.azure.com"),
            ("api.ml.azure.us", "inference.ml.azure.us"),
        ] {
            let workspace = read(&json!({"location": "East US", "properties": {
                "workspaceId": "g",
                "discoveryUrl": format!("https://eastus.{api}/discovery"),
                "notebookInfo": {"fqdn": "n.eastus.notebooks"},
            }}));
            let expected = [
                format!("g.workspace.eastus.{api}"),
                format!("g.workspace.eastus.cert.{api}"),
                "n.eastus.notebooks".to_owned(),
                format!("*.eastus.{inference}"),
            ];
            assert_eq!(workspace.fqdns.get().map(Vec::as_slice), Some(&expected[..]));
        }
    }

    #[test]
    fn null_and_absent_properties_are_read() {
        let workspace = read(&json!({"identity": null, "properties": {
            "privateEndpointConnections": null, "managedNetwork": {"status": null},
            "notebookInfo": null, "systemDatastoresAuthMode": "accesskey",
        }}));
        assert_eq!(workspace.kind.get().map(String::as_str), Some("Default"));
        let access = workspace.storage_account_access_type.get();
        assert_eq!(access.map(String::as_str), Some("AccessKey"));
        assert_eq!(workspace.fqdns.get(), Some(&Vec::new()));
    }
}
