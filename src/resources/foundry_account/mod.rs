//! `azureai_foundry_account`

pub mod action;
mod azurerm;
pub mod data_source;
pub mod list;
mod release;
mod rules;
mod wire;

use crate::assessment::checks::input::{PlannedAccount, PlannedAgents};
use crate::engine::prelude::*;
use crate::engine::resource::SoftDelete;
use crate::engine::scope::Scope;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, SUBNET};
use crate::resources::common::addresses::{address, same_addresses};
use crate::resources::common::identity::{self, Identity};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Manages a Microsoft Foundry account: an account of Azure AI services of kind `AIServices` that
/// can have projects.
///
/// A new account is private: unless the configuration sets `public_network_access`, the account is
/// created with `Disabled`. An update is a PATCH of the changed properties, so properties that
/// other tools set stay. Resources that use a new account wait until Azure accepts requests for it.
#[derive(Model, Clone, Debug)]
pub struct FoundryAccount {
    /// Name of the account. Must have 2 to 64 letters, digits, `-`, `_` and `.`, and begin with a
    /// letter or digit.
    #[tf(replace, check = Check::text(rules::name), same = validators::same_name)]
    name: String,
    #[tf(flatten, id)]
    scope: Scope,
    /// Azure region of the account, such as `eastus`.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: String,
    /// Name of the SKU.
    #[tf(default = "S0", check = validators::given())]
    sku_name: String,
    /// Subdomain of the account's endpoints, unique in Azure. Must have 2 to 63 letters, digits and
    /// `-`, with a letter or digit at both ends. Required, because private endpoints and projects
    /// need a subdomain. Adding one to an existing account without one is an update in place.
    #[tf(replace, check = Check::text(rules::sub_domain), same = validators::same_name)]
    custom_subdomain_name: Option<String>,
    /// Managed identity of the account.
    #[tf(min = 1, max = 1)]
    identity: Blocks<Identity>,
    /// Public network access of the account. Possible values are `Enabled` and `Disabled`. If
    /// omitted, a new account is created with `Disabled`, and an existing account keeps its value,
    /// such as one that an `azureai_public_network_access` sets.
    #[tf(check = validators::one_of(&["Enabled", "Disabled"]))]
    public_network_access: OptionalComputed<String>,
    /// Network rules that apply while `public_network_access` is `Enabled`. If omitted, existing
    /// rules stay and are not shown.
    #[tf(max = 1)]
    network_acls: Blocks<NetworkAcls>,
    /// ID of the subnet that the agents of the account's projects run in. Must be delegated to
    /// `Microsoft.App/environments`, in this spelling, and not be used by anything else. Conflicts
    /// with `managed_network = true`.
    #[tf(replace, check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    agent_subnet_id: Option<String>,
    /// If `true`, the agents of the account's projects run in a network that Microsoft manages.
    /// Conflicts with `agent_subnet_id`.
    #[tf(replace, default = false)]
    managed_network: bool,
    /// If `true`, clients can authenticate with the account's keys as well as with Microsoft Entra
    /// ID.
    #[tf(default = true)]
    local_auth_enabled: bool,
    /// If `true`, a destroy also purges the account. Azure keeps and bills a deleted account for 48
    /// hours, with its name, its subdomain, its agents' subnet and the quota of its deployments.
    /// Purging needs a role in the subscription, such as Contributor. Defaults to `true` for an
    /// account with `agent_subnet_id` or `managed_network`, and to `false` otherwise.
    purge_on_destroy: Option<bool>,
    /// If `true`, a destroy that purges the account waits until Azure releases the subnet of the
    /// agents. The release takes minutes, at times hours, and the subnet cannot be deleted before.
    /// Defaults to `true`.
    wait_for_subnet_release: Option<bool>,
    /// If `true`, a create restores a deleted account of the same name that is not purged, with all
    /// its content. Defaults to `false`: the create fails if there is such an account.
    restore_soft_deleted: Option<bool>,
    #[tf(flatten)]
    tagged: Tagged,
    /// Endpoint of the account.
    #[tf(recomputed_with("custom_subdomain_name"))]
    endpoint: Computed<String>,
    /// Endpoints of the account, by Azure's names of them.
    #[tf(recomputed_with("custom_subdomain_name"))]
    endpoints: Computed<BTreeMap<String, String>>,
    /// Internal ID that Azure generated for the account, of 32 digits.
    internal_id: Computed<String>,
    /// The `internal_id` as a GUID, with hyphens.
    workspace_guid: Computed<String>,
    /// Provisioning state of the account, such as `Succeeded`, `Accepted` or `Failed`.
    provisioning_state: Computed<String>,
}

/// Network rules of an account.
#[derive(Model, Clone, Debug, PartialEq)]
struct NetworkAcls {
    /// Action for requests that no rule allows. Possible values are `Allow` and `Deny`.
    #[tf(check = validators::one_of(&["Allow", "Deny"]))]
    default_action: String,
    /// Azure services that bypass the network rules. Possible values are `AzureServices`, the
    /// services that Microsoft trusts, and `None`.
    #[tf(default = "AzureServices", check = validators::one_of(&["AzureServices", "None"]))]
    bypass: String,
    /// Public IPv4 addresses, or ranges in CIDR notation, that can reach the account. Azure rejects
    /// ranges with `/31` and `/32`: list their addresses instead.
    #[tf(
        default = Value::List(Vec::new()),
        check = Check::text(rules::range).each(),
        check = Check::text(address).each(),
        same = same_addresses
    )]
    ip_rules: Option<BTreeSet<String>>,
    /// Subnets that can reach the account.
    virtual_network_rules: BlockSet<VirtualNetworkRule>,
}

/// A subnet that can reach the account.
#[derive(Model, Clone, Debug, PartialEq)]
struct VirtualNetworkRule {
    /// ID of the subnet.
    #[tf(check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    subnet_id: String,
    /// If `true`, accepts a subnet without the service endpoint of Azure AI services.
    #[tf(default = false)]
    ignore_missing_vnet_service_endpoint: bool,
}

const KIND: &str = "AIServices";

impl FoundryAccount {
    /// Returns `true` if the agents of the account run in a network.
    fn has_agents(state: &Value) -> bool {
        !state.get("agent_subnet_id").is_null() || *state.get("managed_network") == true.into()
    }

    /// Returns the ID of a deleted account.
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
        update: WriteMethod::Patch,
        delete: Delete::Soft(SOFT_DELETE),
        ..ResourceType::new(AI_SERVICES_ACCOUNT, "Foundry account")
    };
    // Azure takes up to an hour to create an account with a subnet (reported), and as long to
    // release the subnet.
    const TIMEOUTS: Timeouts = Timeouts {
        create: Duration::from_secs(2 * 3600),
        delete: Duration::from_secs(2 * 3600),
        ..Timeouts::minutes(60)
    };
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

    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        azurerm::translate(ty, stored)
    }

    fn validate(config: &Value) -> Diagnostics {
        let mut found = rules::validate(config);
        found.extend(identity::validate(config));
        found
    }

    fn check_input(config: &Value, defaults: &Defaults) -> CheckInput {
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

    fn pending(&self, moment: Moment, reader: &Reader) -> Pending {
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
