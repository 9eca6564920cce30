//! `azureai_foundry_account`

pub mod action;
mod azurerm;
pub mod data_source;
pub mod list;
mod release;
mod rules;
mod wire;

use crate::assessment::checks::input::{CheckInput, ConfigValue, PlannedAccount, PlannedAgents};
use crate::assessment::reader::Reader;
use crate::config::defaults::Defaults;
use crate::config::tags::Tagged;
use crate::engine::moves::AzurermType;
use crate::engine::resource::{
    ArmResource, CheckedChange, Create, Delete, Live, Moment, PendingCondition, ResourceType,
    SoftDelete, WriteMethod,
};
use crate::engine::scope::Scope;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, SUBNET};
use crate::resources::common::addresses::{address, same_addresses};
use crate::resources::common::identity::{self, Identity};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Manages a Microsoft Foundry account: an account of Azure AI services, of kind `AIServices`, that
/// has projects.
///
/// It is private from its first minute: unless the configuration says otherwise, it is created with
/// its public network access disabled. Updates are PATCHes of what has changed, so what others set
/// stays. Whatever uses an account that was made a moment ago waits by itself until Azure takes it.
#[derive(Model, Clone, Debug)]
pub struct FoundryAccount {
    /// Name of the account: 2 to 64 letters, digits, `-`, `_` and `.`, beginning with a letter or
    /// digit.
    #[tf(replace, check = Check::text(rules::name), same = validators::same_name)]
    name: String,
    #[tf(flatten)]
    scope: Scope,
    /// Region of the account.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: String,
    /// Name of the SKU.
    #[tf(default = "S0", check = validators::given())]
    sku_name: String,
    /// The identity that the account acts as.
    #[tf(min = 1, max = 1)]
    identity: Blocks<Identity>,
    /// First label of the account's own addresses, which no other account in Azure may have. Must
    /// be set: private endpoints and projects need it. An account that was made without one is
    /// given it in place.
    #[tf(replace, check = Check::text(rules::sub_domain), same = validators::same_name)]
    custom_subdomain_name: Option<String>,
    /// Whether the account can be reached from the internet: `Enabled` or `Disabled`. Without it,
    /// an account is created with `Disabled`, and what is set since, by an
    /// `azureai_public_network_access` for example, stays.
    #[tf(check = validators::one_of(&["Enabled", "Disabled"]))]
    public_network_access: OptionalComputed<String>,
    /// Who may come in publicly, while `public_network_access` is `Enabled`. Without it, what Azure
    /// has stays, and is not shown.
    #[tf(max = 1)]
    network_acls: Blocks<NetworkAcls>,
    /// Whether the account's keys can be used, beside Microsoft Entra ID.
    #[tf(default = true)]
    local_auth_enabled: bool,
    /// ID of the subnet that the agents of the account's projects run in. It is delegated to
    /// `Microsoft.App/environments`, spelt so, and used by nothing else. It is settled when the
    /// account is made: a change makes a new account.
    #[tf(replace, check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    agent_subnet_id: Option<String>,
    /// If `true`, the agents of the account's projects run in a network that Microsoft manages. It
    /// is settled when the account is made: a change makes a new account.
    #[tf(replace, default = false)]
    managed_network: bool,
    /// If `true`, a destroy also purges the account: Azure keeps a deleted one for 48 hours, with
    /// its name, its sub-domain, its agents' subnet and the quota of its deployments, and goes on
    /// billing it. Purging needs a role in the subscription, such as Contributor. Without it,
    /// `true` for an account with `agent_subnet_id` or `managed_network`.
    purge_on_destroy: Option<bool>,
    /// If `true`, a destroy that purges waits until Azure has released the subnet of the agents,
    /// which takes minutes, at times hours: until then nobody can delete it. Without it, `true`.
    wait_for_subnet_release: Option<bool>,
    /// If `true`, an account of that name which was deleted, and not purged, is restored with all
    /// that was in it, instead of refused.
    restore_soft_deleted: Option<bool>,
    #[tf(flatten)]
    tagged: Tagged,
    /// Address of the account's services.
    #[tf(recomputed_with("custom_subdomain_name"))]
    endpoint: Computed<String>,
    /// Addresses of the account's services, by the names that Azure gives them.
    #[tf(recomputed_with("custom_subdomain_name"))]
    endpoints: Computed<BTreeMap<String, String>>,
    /// ID that Azure gave the account, of 32 digits.
    internal_id: Computed<String>,
    /// `internal_id` as a GUID, with dashes.
    workspace_guid: Computed<String>,
    /// How far Azure is with the account: `Succeeded`, `Accepted`, `Failed`, ...
    provisioning_state: Computed<String>,
}

/// Who may come in publicly.
#[derive(Model, Clone, Debug, PartialEq)]
struct NetworkAcls {
    /// What happens to whom no rule allows: `Allow` or `Deny`.
    #[tf(check = validators::one_of(&["Allow", "Deny"]))]
    default_action: String,
    /// Whether services of Azure that Microsoft trusts may pass the rules: `AzureServices`, or
    /// `None`.
    #[tf(default = "AzureServices", check = validators::one_of(&["AzureServices", "None"]))]
    bypass: String,
    /// Public addresses, or ranges in CIDR notation, that may come in.
    #[tf(
        default = Value::List(Vec::new()),
        check = Check::text(rules::range).each(),
        check = Check::text(address).each(),
        same = same_addresses
    )]
    ip_rules: Option<BTreeSet<String>>,
    /// A subnet that may come in.
    virtual_network_rules: BlockSet<VirtualNetworkRule>,
}

/// A subnet that may come in.
#[derive(Model, Clone, Debug, PartialEq)]
struct VirtualNetworkRule {
    /// ID of the subnet.
    #[tf(check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    subnet_id: String,
    /// If `true`, the subnet may lack the service endpoint of Azure AI services.
    #[tf(default = false)]
    ignore_missing_vnet_service_endpoint: bool,
}

const KIND: &str = "AIServices";

impl FoundryAccount {
    /// Whether its agents run in a network.
    fn has_agents(state: &Value) -> bool {
        !state.get("agent_subnet_id").is_null() || *state.get("managed_network") == true.into()
    }

    /// Where an account is once it is deleted.
    fn deleted(id: &ResourceId, location: &str) -> Option<ResourceId> {
        let id = format!(
            "/subscriptions/{}/providers/Microsoft.CognitiveServices/locations/{}/resourceGroups/\
             {}/deletedAccounts/{}",
            id.subscription(),
            validators::region(location),
            id.resource_group()?,
            id.name()
        );
        ResourceId::parse(&id).ok()
    }
}

const SOFT_DELETE: SoftDelete =
    SoftDelete { place: FoundryAccount::deleted, purges: FoundryAccount::has_agents };

impl ArmResource for FoundryAccount {
    const NAME: &'static str = "azureai_foundry_account";
    const TYPE: ResourceType = ResourceType {
        name: AI_SERVICES_ACCOUNT.name,
        api_version: AI_SERVICES_ACCOUNT.api_version,
        label: "Foundry account",
        create: Create::AfterRead,
        update: WriteMethod::Patch,
        delete: Delete::Soft(SOFT_DELETE),
    };
    // With a subnet of its own an account takes up to an hour to make (reported), and its subnet as
    // long to be released.
    const TIMEOUTS: Timeouts = Timeouts {
        create: Duration::from_secs(2 * 3600),
        delete: Duration::from_secs(2 * 3600),
        ..Timeouts::minutes(60)
    };
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

    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        azurerm::translate(ty, stored)
    }

    fn validate(config: &Value) -> Diagnostics {
        let mut found = rules::validate(config);
        found.extend(identity::validate(config));
        found
    }

    fn check_input(change: CheckedChange<'_>, defaults: &Defaults) -> CheckInput {
        let CheckedChange::Write(config) = change else { return CheckInput::default() };
        let text = |name: &str| config.get(name).as_str();
        let own = config.get("subscription_id");
        let subscription = match own {
            Value::Null => defaults.subscription_id.as_deref(),
            own => own.as_str(),
        };
        let id = || {
            let (name, group) = (text("name")?, text("resource_group_name")?);
            let id = ResourceId::in_group(subscription?, group, Self::TYPE.name, name);
            Some(ConfigValue::new(id, Path::of("name")))
        };
        let domain = Path::of("custom_subdomain_name");
        let restores = config.get("restore_soft_deleted").as_bool() == Some(true);
        let account = id().map(|id| PlannedAccount {
            id,
            sub_domain: ConfigValue::text(config.get("custom_subdomain_name"), domain),
            restores,
        });
        let path = Path::of("agent_subnet_id");
        let subnet = ConfigValue::id(config.get("agent_subnet_id"), path);
        let agents = subnet.map(|subnet| PlannedAgents {
            subnet,
            account: id().map(|id| id.value),
            location: text("location").map(str::to_owned),
            takes_over: restores,
        });
        CheckInput { account, agents, ..CheckInput::default() }
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        rules::plan(change)
    }

    fn pending(
        &self,
        moment: Moment,
        reader: &Reader,
    ) -> Result<Option<PendingCondition>, Diagnostic> {
        match moment {
            Moment::Written | Moment::Deleting => Ok(None),
            Moment::Deleted => Ok(release::pending(self, reader)),
        }
    }

    fn attributes_of_error(code: &str) -> Vec<Path> {
        let name = match code {
            "CustomDomainInUse" => "custom_subdomain_name",
            "FlagMustBeSetForRestore" => "name",
            "LocationNotAvailableForResourceType" => "location",
            "NetworkInjectionUpdateNotAllowed" | "ResourceProviderError" => "agent_subnet_id",
            _ => return Vec::new(),
        };
        vec![Path::of(name)]
    }
}
