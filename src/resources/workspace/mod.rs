//! `azureai_workspace`

mod azurerm;
pub mod data_source;
pub mod list;
mod rules;
mod wire;

use crate::engine::prelude::*;
use crate::engine::scope::Scope;
use crate::private_link::arm_types::{CONTAINER_REGISTRY, KEY_VAULT, STORAGE_ACCOUNT, WORKSPACE};
use crate::resources::common::identity::{IDENTITY, Identity};
use std::time::Duration;

/// Manages an Azure AI workspace: a hub, or a project of a hub.
///
/// A new hub is private: unless the configuration sets `public_network_access`, the hub is created
/// with `Disabled`. An update is a PATCH of the changed properties, so properties that other tools
/// set, such as an IP allowlist, stay.
#[derive(Model, Clone, Debug)]
pub struct AiWorkspace {
    /// Name of the workspace. Must have 3 to 33 letters, digits, `-` and `_`, and begin with a
    /// letter or digit.
    #[tf(replace, check = Check::text(rules::name), same = validators::same_name)]
    name: String,
    #[tf(flatten, id)]
    scope: Scope,
    /// Azure region of the workspace, such as `eastus`.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: String,
    /// Kind of the workspace. Possible values are `Hub`, and `Project` for a project of a hub.
    #[tf(
        replace,
        default = HUB,
        check = validators::one_of(&[HUB, PROJECT]),
        same = validators::same_name
    )]
    kind: String,
    /// ID of the hub that a project belongs to. Required for projects. Not for hubs.
    #[tf(replace, check = validators::id_of(&[AiWorkspace::TYPE.name]), same = validators::same_id)]
    hub_id: Option<String>,
    /// ID of the hub's storage account. Required for hubs. Not for projects.
    #[tf(replace, check = validators::id_of(&[STORAGE]), same = validators::same_id)]
    storage_account_id: Option<String>,
    /// ID of the hub's key vault. Required for hubs. Not for projects.
    #[tf(replace, check = validators::id_of(&[VAULT]), same = validators::same_id)]
    key_vault_id: Option<String>,
    /// Managed identity of the workspace. Required for hubs. If omitted for a project, the existing
    /// identity stays.
    #[tf(max = 1)]
    identity: Blocks<Identity>,
    /// ID of the hub's Application Insights component. Only for hubs.
    #[tf(check = validators::id_of(&[INSIGHTS]), same = validators::same_id)]
    application_insights_id: Option<String>,
    /// ID of the hub's container registry. Only for hubs.
    #[tf(check = validators::id_of(&[REGISTRY]), same = validators::same_id)]
    container_registry_id: Option<String>,
    /// Public network access of the hub. Possible values are `Enabled` and `Disabled`. If omitted,
    /// a new hub is created with `Disabled`, and an existing hub keeps its value, such as one that
    /// an `azureai_public_network_access` sets. Only for hubs: a project has the access of its hub.
    #[tf(check = validators::one_of(&["Enabled", "Disabled"]))]
    public_network_access: OptionalComputed<String>,
    /// Managed network of the hub's compute. Only for hubs. If omitted, the existing network stays
    /// and is shown. An `azureai_managed_network` can also provision the network; use only one of
    /// the two.
    #[tf(max = 1, write_if_set)]
    managed_network: OptionalBlocks<ManagedNetwork>,
    /// Customer-managed key that encrypts the hub's data. Only for hubs. Adding or removing the
    /// block replaces the hub.
    #[tf(max = 1)]
    encryption: Blocks<Encryption>,
    /// ID of the user-assigned identity that represents the workspace. Must be one of
    /// `identity_ids`.
    #[tf(check = validators::id_of(&[IDENTITY]), same = validators::same_id)]
    primary_user_assigned_identity: Option<String>,
    /// If `true`, marks the data as sensitive, so that Azure collects less diagnostic data.
    #[tf(replace)]
    high_business_impact_enabled: OptionalComputed<bool>,
    /// Display name of the workspace. If omitted, Azure shows `name`.
    friendly_name: Option<String>,
    /// Description of the workspace.
    description: Option<String>,
    #[tf(flatten)]
    tagged: Tagged,
    /// URL of the workspace's discovery service.
    discovery_url: Computed<String>,
    /// GUID that Azure generated for the workspace, which is part of its DNS names.
    workspace_id: Computed<String>,
    /// Provisioning state of the workspace, such as `Succeeded`, `Updating` or `Failed`.
    provisioning_state: Computed<String>,
}

/// The managed network of a hub.
#[derive(Model, Clone, Debug, PartialEq)]
struct ManagedNetwork {
    /// Isolation mode of the network. Possible values are `Disabled`, which means no managed
    /// network; `AllowInternetOutbound`, which allows all outbound traffic; and
    /// `AllowOnlyApprovedOutbound`, which allows only what outbound rules allow.
    #[tf(check = validators::one_of(ISOLATION_MODES))]
    isolation_mode: Option<String>,
}

/// The customer-managed key of a hub.
#[derive(Model, Clone, Debug, PartialEq)]
struct Encryption {
    /// ID of the key vault that contains the key.
    #[tf(replace, check = validators::id_of(&[VAULT]), same = validators::same_id)]
    key_vault_id: String,
    /// URL of the key, such as `https://NAME.vault.azure.net/keys/NAME/VERSION`. A change of the
    /// key or its version is an update in place.
    #[tf(check = Check::text(rules::key))]
    key_id: String,
    /// ID of the user-assigned identity that can access the key.
    #[tf(replace, check = validators::id_of(&[IDENTITY]), same = validators::same_id)]
    user_assigned_identity_id: Option<String>,
}

const HUB: &str = "Hub";
const PROJECT: &str = "Project";
const STORAGE: &str = STORAGE_ACCOUNT.name;
const REGISTRY: &str = CONTAINER_REGISTRY.name;
const INSIGHTS: &str = "Microsoft.Insights/components";
const VAULT: &str = KEY_VAULT.name;
const ISOLATION_MODES: &[&str] =
    &["Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound"];

impl AiWorkspace {
    fn is_project(&self) -> bool {
        self.kind.eq_ignore_ascii_case(PROJECT)
    }
}

impl ArmResource for AiWorkspace {
    const NAME: &'static str = "azureai_workspace";
    const TYPE: ResourceType =
        ResourceType { update: WriteMethod::Patch, ..ResourceType::new(WORKSPACE, "workspace") };
    // azurerm's timeouts: Azure takes long to create a hub with a managed network.
    const TIMEOUTS: Timeouts =
        Timeouts { create: Duration::from_secs(3600), ..Timeouts::minutes(30) };
    const AZURERM: &'static [AzurermType] = azurerm::AZURERM;

    type Body = wire::Body;

    fn resource_id(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        self.scope.id_of(defaults, Self::TYPE.name, &self.name)
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.scope.locate(id);
    }

    fn tagged(&mut self) -> Option<&mut Tagged> {
        Some(&mut self.tagged)
    }

    fn write(&self, live: Option<&Self::Body>) -> Self::Body {
        match live {
            None => wire::new(self),
            Some(live) => wire::changed(self, live),
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        wire::read(self, live);
        Ok(())
    }

    fn check_input(config: &Value, defaults: &Defaults) -> CheckInput {
        rules::checked(config, defaults)
    }

    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        azurerm::translate(ty, stored)
    }

    fn validate(config: &Value) -> Diagnostics {
        rules::validate(config)
    }

    fn trim(config: &mut Value) {
        rules::trim(config);
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        rules::replace_by_encryption(change);
        Diagnostics::new()
    }
}
