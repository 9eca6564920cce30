//! `azureai_workspace`

mod azurerm;
pub mod data_source;
pub mod list;
mod rules;
mod wire;

use crate::assessment::checks::input::CheckInput;
use crate::config::defaults::Defaults;
use crate::config::tags::Tagged;
use crate::engine::moves::AzurermType;
use crate::engine::resource::{
    ArmResource, CheckedChange, Create, Delete, Live, ResourceType, WriteMethod,
};
use crate::engine::scope::Scope;
use crate::private_link::arm_types::{CONTAINER_REGISTRY, KEY_VAULT, STORAGE_ACCOUNT, WORKSPACE};
use crate::resources::common::identity::{IDENTITY, Identity};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::time::Duration;

/// Manages an Azure AI workspace: a hub, or a project of a hub.
///
/// A hub is private from its first minute: unless the configuration says otherwise, it is created
/// with its public network access disabled. Updates are PATCHes of what has changed, so what others
/// set, such as a list of allowed addresses, stays.
#[derive(Model, Clone, Debug)]
pub struct AiWorkspace {
    /// Name of the workspace: 3 to 33 letters, digits, `-` and `_`, beginning with a letter or
    /// digit.
    #[tf(replace, check = Check::text(rules::name), same = validators::same_name)]
    name: String,
    #[tf(flatten)]
    scope: Scope,
    /// Region of the workspace.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: String,
    /// `Hub`, or `Project` for a project of a hub.
    #[tf(
        replace,
        default = HUB,
        check = validators::one_of(&[HUB, PROJECT]),
        same = validators::same_name
    )]
    kind: String,
    /// ID of the hub that a project belongs to. Only for projects, which need it.
    #[tf(replace, check = validators::id_of(&[AiWorkspace::TYPE.name]), same = validators::same_id)]
    hub_id: Option<String>,
    /// The identity that the workspace acts as. A hub needs one; of a project, without it, what
    /// Azure has stays.
    #[tf(max = 1)]
    identity: Blocks<Identity>,
    /// ID of the user-assigned identity that stands for the workspace: one of `identity_ids`.
    #[tf(check = validators::id_of(&[IDENTITY]), same = validators::same_id)]
    primary_user_assigned_identity: Option<String>,
    /// ID of the hub's storage account. Only for hubs, which need it.
    #[tf(replace, check = validators::id_of(&[STORAGE]), same = validators::same_id)]
    storage_account_id: Option<String>,
    /// ID of the hub's key vault. Only for hubs, which need it.
    #[tf(replace, check = validators::id_of(&[VAULT]), same = validators::same_id)]
    key_vault_id: Option<String>,
    /// ID of the hub's container registry. Only for hubs.
    #[tf(check = validators::id_of(&[REGISTRY]), same = validators::same_id)]
    container_registry_id: Option<String>,
    /// ID of the hub's Application Insights component. Only for hubs.
    #[tf(check = validators::id_of(&[INSIGHTS]), same = validators::same_id)]
    application_insights_id: Option<String>,
    /// Whether the hub can be reached from the internet: `Enabled` or `Disabled`. Without it, a hub
    /// is created with `Disabled`, and what is set since, by an `azureai_public_network_access` for
    /// example, stays. Only for hubs: a project has the access of its hub.
    #[tf(check = validators::one_of(&["Enabled", "Disabled"]))]
    public_network_access: OptionalComputed<String>,
    /// The network that Azure manages for the computers of the hub. Only for hubs. Without it, what
    /// Azure has stays, and is shown. An `azureai_managed_network` provisions it too: use one of
    /// the two.
    #[tf(max = 1, write_if_set)]
    managed_network: OptionalBlocks<ManagedNetwork>,
    /// The key that the hub's data is encrypted with, instead of one of Azure's. Only for hubs. To
    /// add or remove it makes a new hub.
    #[tf(max = 1)]
    encryption: Blocks<Encryption>,
    /// Whether the data is sensitive, so that Azure collects less about it.
    #[tf(replace)]
    high_business_impact_enabled: OptionalComputed<bool>,
    /// Name that people see. Without it, Azure shows `name`.
    friendly_name: Option<String>,
    /// What the workspace is for.
    description: Option<String>,
    #[tf(flatten)]
    tagged: Tagged,
    /// Address under which the workspace's services are found.
    discovery_url: Computed<String>,
    /// GUID of the workspace, which is part of its names in the DNS.
    workspace_id: Computed<String>,
    /// How far Azure is with the workspace: `Succeeded`, `Updating`, `Failed`, ...
    provisioning_state: Computed<String>,
}

/// The managed network of a hub.
#[derive(Model, Clone, Debug, PartialEq)]
struct ManagedNetwork {
    /// What its computers can reach: `Disabled` is no managed network, `AllowInternetOutbound` all,
    /// and `AllowOnlyApprovedOutbound` what rules allow.
    #[tf(check = validators::one_of(ISOLATION_MODES))]
    isolation_mode: Option<String>,
}

/// The key of a hub's data.
#[derive(Model, Clone, Debug, PartialEq)]
struct Encryption {
    /// ID of the key vault that has the key.
    #[tf(replace, check = validators::id_of(&[VAULT]), same = validators::same_id)]
    key_vault_id: String,
    /// Address of the key, such as `https://NAME.vault.azure.net/keys/NAME/VERSION`. Another key or
    /// version of it is taken in place.
    #[tf(check = Check::text(rules::key))]
    key_id: String,
    /// ID of the user-assigned identity that may use the key.
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
    const TYPE: ResourceType = ResourceType {
        name: WORKSPACE.name,
        api_version: WORKSPACE.api_version,
        label: "workspace",
        create: Create::AfterRead,
        update: WriteMethod::Patch,
        delete: Delete::Final,
    };
    // As azurerm's: a hub with a managed network takes long to make.
    const TIMEOUTS: Timeouts =
        Timeouts { create: Duration::from_secs(3600), ..Timeouts::minutes(30) };
    const AZURERM: &'static [AzurermType] = azurerm::AZURERM;

    type Body = wire::Body;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.scope.id
    }

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

    fn check_input(change: CheckedChange<'_>, defaults: &Defaults) -> CheckInput {
        match change {
            CheckedChange::Write(config) => rules::checked(config, defaults),
            CheckedChange::Delete(_) => CheckInput::default(),
        }
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
