//! `azureai_managed_network`

mod account;
pub mod action;
pub mod data_source;
mod hub;
pub mod list;
mod rules;
pub mod wire;

use crate::assessment::checks::input::PlannedNetwork;
use crate::assessment::managed_network::{self, NAME, PARENTS};
use crate::engine::either::EitherForm;
use crate::engine::post::PostRequest;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, MANAGED_NETWORK, WORKSPACE};
use wire::NetworkRule;

/// Manages the managed network of a Microsoft Foundry account or of a hub, which limits what its
/// agents and compute can reach.
///
/// Without a managed network, nothing limits outbound traffic. An isolation mode can only become
/// stricter. A destroy deletes the network of an account. The network of a hub stays as long as the
/// hub, because Azure cannot remove it.
///
/// For a hub, use either this resource or the `managed_network` block of `azureai_workspace`, which
/// only sets the isolation mode. A plan with both reports a warning, or an error if they differ
/// (AAI028).
#[derive(Model, Clone, Debug)]
pub struct ManagedNetwork {
    /// ID of the managed network. For a hub, whose network has no ID, the ID of the hub.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// ID of the Foundry account or hub that has the managed network.
    #[tf(replace, check = validators::id_of(PARENTS), same = validators::same_id)]
    parent_id: String,
    /// Isolation mode of the network. Possible values are `AllowInternetOutbound`, which allows all
    /// outbound traffic, and `AllowOnlyApprovedOutbound`, which allows only what outbound rules
    /// allow. Azure cannot change `AllowOnlyApprovedOutbound` back to `AllowInternetOutbound`.
    #[tf(check = Check::text(rules::mode), same = validators::same_name)]
    isolation_mode: String,
    /// Generation of the network. Possible values are `V1` and `V2`. Azure rejects a change for a
    /// hub. If omitted, Azure selects the generation.
    #[tf(replace, check = validators::one_of(&["V1", "V2"]))]
    managed_network_kind: OptionalComputed<String>,
    /// SKU of the firewall, which outbound rules with domain names (FQDN) need. Possible values are
    /// `Standard` and `Basic`. For an account, the first such rule fixes the SKU, and a later
    /// change replaces the network. If omitted, Azure selects the SKU.
    #[tf(check = validators::one_of(&["Standard", "Basic"]))]
    firewall_sku: OptionalComputed<String>,
    /// If `true`, provisions the network at once and waits for it, for a hub about half an hour.
    /// Otherwise Azure can delay the provisioning until the first compute needs the network. A
    /// provisioned network stays provisioned.
    #[tf(default = false)]
    provision: bool,
    /// If `true`, `provision` also provisions the network for serverless Spark. Only for hubs.
    #[tf(default = false)]
    include_spark: bool,
    /// If `true`, adopts an existing network of the account instead of failing. The network then
    /// belongs to this resource. Only for accounts. Defaults to `true` for an account with
    /// `managed_network = true`, whose network Azure creates, and to `false` otherwise.
    adopt_existing: OptionalComputed<bool>,
    /// Status of the network: `Active` once it is provisioned, and `Inactive` before.
    #[tf(recomputed)]
    status: Computed<String>,
    /// If `true`, serverless Spark can use the network. Null for accounts.
    #[tf(recomputed)]
    spark_ready: Computed<bool>,
    /// GUID that Azure generated for the network.
    #[tf(recomputed)]
    network_id: Computed<String>,
    /// Public IP address of the firewall, once it exists.
    #[tf(recomputed)]
    firewall_public_ip_address: Computed<String>,
    /// Isolation modes that Azure can change the network to.
    #[tf(recomputed)]
    changeable_isolation_modes: Computed<Vec<String>>,
    /// Provisioning state of the network, such as `Succeeded`, `Updating` or `Deferred`. Null for
    /// hubs.
    #[tf(recomputed)]
    provisioning_state: Computed<String>,
    /// Outbound rules of the network, sorted by name, including those that Azure creates.
    #[tf(recomputed)]
    outbound_rules: Computed<Vec<NetworkRule>>,
}

impl ManagedNetwork {
    /// Returns the input of the checks.
    fn checked(config: &Value) -> CheckInput {
        let at = Path::of("parent_id");
        let Some(parent) = ConfigValue::id(config.get("parent_id"), at) else {
            return CheckInput::default();
        };
        let mode = Path::of("isolation_mode");
        let mode = ConfigValue::text(config.get("isolation_mode"), mode);
        let references = vec![parent.clone()];
        let network = Some(PlannedNetwork { parent, mode, block: false });
        CheckInput { network, references, ..CheckInput::default() }
    }
}

impl EitherForm for ManagedNetwork {
    const IMPORTED: &'static [&'static str] =
        &[MANAGED_NETWORK.name, AI_SERVICES_ACCOUNT.name, WORKSPACE.name];

    fn is_property(id: &ResourceId) -> bool {
        managed_network::is_property(id)
    }

    fn object_of(id: &ResourceId) -> ResourceId {
        // Azure does not document the casing of the name.
        let is_default = id.name().eq_ignore_ascii_case(NAME);
        match id.parent().filter(|_| id.is_type(MANAGED_NETWORK.name)) {
            None => managed_network::object(id).0,
            Some(account) if is_default => managed_network::object(&account).0,
            Some(_) => id.clone(),
        }
    }

    fn wants(&self) -> Option<PostRequest> {
        let inactive = self.status.get().is_some_and(|it| it.eq_ignore_ascii_case(INACTIVE));
        let lacks_spark = self.include_spark && self.spark_ready.get() == Some(&false);
        if !self.provision || !inactive && !lacks_spark {
            return None;
        }
        let parent = ResourceId::parse(&self.parent_id).ok()?;
        Some(provision(&parent, self.include_spark))
    }
}

/// The status of a network that is not provisioned.
const INACTIVE: &str = "Inactive";

/// Returns the request that provisions the network of an account or hub (`ManagedNetworkProvisions`
/// in Azure's specification).
fn provision(parent: &ResourceId, include_spark: bool) -> PostRequest {
    let (id, api_version) = managed_network::object(parent);
    let body = match managed_network::is_property(parent) {
        true => json!({ "includeSpark": include_spark }),
        false => Json::Null,
    };
    PostRequest { id, verb: "provisionManagedNetwork", api_version, body }
}
