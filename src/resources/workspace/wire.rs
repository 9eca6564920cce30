//! The workspace as ARM represents it, and its attributes.

use super::{AiWorkspace, Encryption, ManagedNetwork};
use crate::engine::prelude::*;
use crate::resources::common::identity::{WireIdentity, shown};
use plugin::field::OptionalBlocks;

/// A workspace. A PATCH leaves out properties that are `None`, which stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    tags: Option<Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<WireIdentity>,
    properties: Properties,
}

/// A property of a body. `Some(None)` is null, which removes the value.
type Settled<T> = Option<Option<T>>;

/// Properties of a workspace.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    hub_resource_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_vault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_registry: Settled<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_insights: Settled<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_user_assigned_identity: Settled<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_network_access: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    managed_network: Option<Network>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption: Option<WireEncryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hbi_workspace: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    friendly_name: Settled<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Settled<String>,
    #[serde(skip_serializing)]
    discovery_url: Option<String>,
    #[serde(skip_serializing)]
    workspace_id: Option<String>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Network {
    #[serde(skip_serializing_if = "Option::is_none")]
    isolation_mode: Option<String>,
}

/// The encryption of a workspace. A PATCH contains only the URL of the key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireEncryption {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    key_vault_properties: Key,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<KeyIdentity>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Key {
    #[serde(skip_serializing_if = "Option::is_none")]
    key_vault_arm_id: Option<String>,
    key_identifier: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct KeyIdentity {
    user_assigned_identity: Option<String>,
}

/// Returns the body of a new workspace.
pub(super) fn new(workspace: &AiWorkspace) -> Body {
    let mut body = changed(workspace, &Body::default());
    body.location = Some(workspace.location.clone());
    body.kind = Some(workspace.kind.clone());
    body.sku = Some(json!({"name": "Basic", "tier": "Basic"}));
    let encryption = workspace.encryption.first().map(WireEncryption::write);
    let properties = &mut body.properties;
    properties.hub_resource_id.clone_from(&workspace.hub_id);
    properties.storage_account.clone_from(&workspace.storage_account_id);
    properties.key_vault.clone_from(&workspace.key_vault_id);
    properties.encryption = encryption;
    properties.hbi_workspace = workspace.high_business_impact_enabled.get().copied();
    if !workspace.is_project() && properties.public_network_access.is_none() {
        // A new workspace is private unless the configuration opens it.
        properties.public_network_access = Some("Disabled".to_owned());
    }
    body
}

/// Returns the body of an update. No value in it differs from the live body only by its case: ARM
/// rejects some of such changes.
pub(super) fn changed(workspace: &AiWorkspace, live: &Body) -> Body {
    let was = &live.properties;
    let was_friendly = was.friendly_name.clone().flatten().filter(|it| *it != workspace.name);
    let primary = workspace.primary_user_assigned_identity.as_ref();
    let mut properties = Properties {
        primary_user_assigned_identity: spelt(primary, &was.primary_user_assigned_identity),
        // Azure's display name, derived from the name, stays.
        friendly_name: settled(workspace.friendly_name.as_ref(), &Some(was_friendly)),
        description: settled(workspace.description.as_ref(), &was.description),
        ..Properties::default()
    };
    // A project has these from its hub, and ARM rejects them in its body.
    if !workspace.is_project() {
        let registry = workspace.container_registry_id.as_ref();
        properties.container_registry = spelt(registry, &was.container_registry);
        let insights = workspace.application_insights_id.as_ref();
        properties.application_insights = spelt(insights, &was.application_insights);
        properties.encryption =
            workspace.encryption.first().map(|encryption| WireEncryption::key(&encryption.key_id));
        properties.public_network_access = workspace.public_network_access.get().cloned();
        let mode = workspace.managed_network.iter().next().map(|it| it.isolation_mode.clone());
        properties.managed_network = mode.map(|isolation_mode| Network { isolation_mode });
    }
    Body {
        tags: workspace.tagged.write(),
        identity: workspace.identity.first().map(|it| it.write(live.identity.as_ref())),
        properties,
        ..Body::default()
    }
}

/// Returns the text to write: the wanted one, null to remove it, or nothing if it is unchanged.
/// Null, empty and absent are equal.
fn settled(wanted: Option<&String>, was: &Settled<String>) -> Settled<String> {
    let was = was.as_ref().and_then(Option::as_ref).filter(|was| !was.is_empty());
    (wanted.is_some() || was.is_some()).then(|| wanted.cloned())
}

/// Returns the ID in Azure's spelling if it is equal.
fn spelt(id: Option<&String>, live: &Settled<String>) -> Settled<String> {
    let same = |live: &&String| id.is_some_and(|id| id.eq_ignore_ascii_case(live));
    settled(live.iter().flatten().find(same).or(id), live)
}

/// Returns a text that is set and not empty.
fn text(read: &Settled<String>) -> Option<String> {
    read.clone().flatten().filter(|text| !text.is_empty())
}

impl WireEncryption {
    fn write(encryption: &Encryption) -> Self {
        let identity = encryption.user_assigned_identity_id.clone();
        Self {
            status: Some("Enabled".to_owned()),
            key_vault_properties: Key {
                key_vault_arm_id: Some(encryption.key_vault_id.clone()),
                key_identifier: encryption.key_id.clone(),
            },
            identity: identity.map(|it| KeyIdentity { user_assigned_identity: Some(it) }),
        }
    }

    fn key(id: &str) -> Self {
        let key = Key { key_identifier: id.to_owned(), ..Key::default() };
        Self { key_vault_properties: key, ..Self::default() }
    }

    fn read(&self) -> Encryption {
        Encryption {
            key_vault_id: self.key_vault_properties.key_vault_arm_id.clone().unwrap_or_default(),
            key_id: self.key_vault_properties.key_identifier.clone(),
            user_assigned_identity_id: self
                .identity
                .as_ref()
                .and_then(|identity| identity.user_assigned_identity.clone()),
        }
    }
}

/// Sets the attributes from the workspace in Azure.
pub(super) fn read(workspace: &mut AiWorkspace, live: &Live<Body>) {
    let Body { location, tags: _, kind, sku: _, identity, properties } = &live.body;
    workspace.location = location.clone().unwrap_or_default();
    workspace.kind = kind.clone().unwrap_or_else(|| "Default".to_owned());
    workspace.identity.0 = shown(&workspace.identity, identity.as_ref(), live.importing);
    workspace.primary_user_assigned_identity = text(&properties.primary_user_assigned_identity);
    let empty = |it: &Option<String>| it.clone().filter(String::is_empty);
    // Azure's display name, derived from the name, is shown only if the configuration sets it.
    let friendly = text(&properties.friendly_name)
        .filter(|it| workspace.friendly_name.is_some() || *it != workspace.name);
    workspace.friendly_name = friendly.or_else(|| empty(&workspace.friendly_name));
    workspace.description = text(&properties.description).or_else(|| empty(&workspace.description));
    workspace.high_business_impact_enabled.set(properties.hbi_workspace);
    workspace.hub_id.clone_from(&properties.hub_resource_id);
    workspace.discovery_url.set(properties.discovery_url.clone());
    workspace.workspace_id.set(properties.workspace_id.clone());
    workspace.provisioning_state.set(properties.provisioning_state.clone());
    let access = properties.public_network_access.clone();
    let access = access.unwrap_or_else(|| "Enabled".to_owned());
    workspace.public_network_access.set(Some(access).filter(|_| !workspace.is_project()));
    read_own(workspace, properties);
}

/// Sets the attributes of a hub. ARM repeats them in the hub's projects, which do not have them.
fn read_own(workspace: &mut AiWorkspace, properties: &Properties) {
    let own = !workspace.is_project();
    let id = |id: &Option<String>| id.clone().filter(|_| own);
    let reference = |id: &Settled<String>| text(id).filter(|_| own);
    workspace.storage_account_id = id(&properties.storage_account);
    workspace.key_vault_id = id(&properties.key_vault);
    workspace.container_registry_id = reference(&properties.container_registry);
    workspace.application_insights_id = reference(&properties.application_insights);
    let enabled = |it: &&WireEncryption| own && it.status.as_deref() == Some("Enabled");
    let encryption = properties.encryption.as_ref().filter(enabled);
    workspace.encryption.0 = encryption.map(WireEncryption::read).into_iter().collect();
    let mode = properties.managed_network.as_ref().and_then(|it| it.isolation_mode.clone());
    // A block without a mode stays as configured.
    let unsaid = workspace.managed_network.iter().any(|it| it.isolation_mode.is_none());
    // A project has the network of its hub.
    let mode = match unsaid {
        true => Some(None),
        false => mode.filter(|_| own).map(Some),
    };
    let network = mode.map(|isolation_mode| ManagedNetwork { isolation_mode });
    workspace.managed_network = OptionalBlocks(Some(network.into_iter().collect()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure::merge;

    fn live() -> Json {
        json!({
            "kind": "Hub",
            "location": "eastus",
            "identity": {"type": "SystemAssigned,UserAssigned", "principalId": "p",
                         "userAssignedIdentities": {"/ID/ONE": {"clientId": "c"}}},
            "properties": {
                "storageAccount": "/st", "containerRegistry": "/ACR", "description": "old",
                "ipAllowlist": ["1.2.3.4"], "publicNetworkAccess": "Enabled",
            },
        })
    }

    /// Returns the PATCH of a change to the live body.
    fn patch(change: impl FnOnce(&mut AiWorkspace)) -> Json {
        use plugin::model::Model;
        let mut workspace =
            AiWorkspace::decode(AiWorkspace::block().filled(&AiWorkspace::block().empty()))
                .unwrap();
        let body: Body = serde_json::from_value(live()).unwrap();
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.X/y/z";
        let id = ResourceId::parse(id).unwrap();
        let seen = Live { id, body, related: RelatedObjects::default(), importing: true };
        read(&mut workspace, &seen);
        change(&mut workspace);
        let mut wanted = live();
        merge::merge(&mut wanted, &serde_json::to_value(changed(&workspace, &seen.body)).unwrap());
        merge::difference(&live(), &wanted)
    }

    #[test]
    fn a_patch_contains_only_changes() {
        assert_eq!(patch(|_| ()), json!({}));
        assert_eq!(patch(|it| it.container_registry_id = Some("/acr".into())), json!({}));
        assert_eq!(patch(|it| it.description = None), json!({"properties": {"description": ""}}));
        assert_eq!(
            patch(|it| it.container_registry_id = None),
            json!({"properties": {"containerRegistry": ""}})
        );
        assert_eq!(
            patch(
                |it| it.identity.0[0].identity_ids = Some(["/id/one".into(), "/two".into()].into())
            ),
            json!({"identity": {"type": "SystemAssigned,UserAssigned",
                                "userAssignedIdentities": {"/ID/ONE": {}, "/two": {}}}})
        );
        assert_eq!(
            patch(|it| {
                it.identity.0[0].r#type = "SystemAssigned".into();
                it.identity.0[0].identity_ids = None;
            }),
            json!({"identity": {"type": "SystemAssigned"}})
        );
    }
}
