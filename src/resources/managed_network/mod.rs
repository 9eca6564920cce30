//! `azureai_managed_network`

mod account;
pub mod action;
pub mod data_source;
mod hub;
pub mod list;
mod rules;
pub mod wire;

use crate::assessment::checks::input::{CheckInput, ConfigValue, PlannedNetwork};
use crate::assessment::managed_network::{self, NAME, PARENTS};
use crate::engine::either::EitherForm;
use crate::engine::post::PostRequest;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, MANAGED_NETWORK, WORKSPACE};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::{Value as Json, json};
use wire::NetworkRule;

/// Manages the network that Azure manages for the computing of a Microsoft Foundry account, or of a
/// hub: where it may go to.
///
/// Without it there is no such network, and nothing limits what agents and computers reach. An
/// isolation mode can only be made stricter. A destroy deletes the network of an account; that of
/// a hub stays as long as the hub, because Azure cannot take it away.
///
/// For a hub use either this resource or the block `managed_network` of `azureai_workspace`, which
/// sets the isolation mode and no more. A plan that has both warns, or fails where they differ
/// (AAI028).
#[derive(Model, Clone, Debug)]
pub struct ManagedNetwork {
    /// ID of the network; of a hub's, which has none of its own, the ID of the hub.
    #[tf(same = validators::same_id)]
    id: Computed<String>,
    /// ID of the Foundry account or of the hub that has the network.
    #[tf(replace, check = validators::id_of(PARENTS), same = validators::same_id)]
    parent_id: String,
    /// What can be reached: `AllowInternetOutbound` is everything, `AllowOnlyApprovedOutbound` what
    /// outbound rules allow. The second cannot be changed to the first.
    #[tf(check = Check::text(rules::mode), same = validators::same_name)]
    isolation_mode: String,
    /// Generation of the network: `V1` or `V2`. Without it, Azure chooses. It is settled when the
    /// network is made: a change makes a new network for an account, and is refused for a hub.
    #[tf(replace, check = validators::one_of(&["V1", "V2"]))]
    managed_network_kind: OptionalComputed<String>,
    /// SKU of the firewall that outbound rules to names (FQDN) need: `Standard` or `Basic`. Without
    /// it, Azure chooses. For an account it is settled by the first such rule: a change then makes
    /// a new network.
    #[tf(check = validators::one_of(&["Standard", "Basic"]))]
    firewall_sku: OptionalComputed<String>,
    /// If `true`, the network is made at once, which is waited for: of a hub about half an hour.
    /// Otherwise Azure may put that off until the first computer needs it. Once made it stays.
    #[tf(default = false)]
    provision: bool,
    /// If `true`, `provision` also makes what serverless Spark needs. Only for hubs.
    #[tf(default = false)]
    include_spark: bool,
    /// If `true`, adopts a network that the account has already. It then belongs to this resource.
    /// Without it, that is `true` for an account with `managed_network = true`, whose network Azure
    /// makes by itself. Only for accounts: of a hub there is nothing to adopt.
    adopt_existing: OptionalComputed<bool>,
    /// `Active` once the network is made, `Inactive` before.
    #[tf(recomputed)]
    status: Computed<String>,
    /// Whether serverless Spark can use the network. Null for accounts.
    #[tf(recomputed)]
    spark_ready: Computed<bool>,
    /// GUID that Azure gave the network.
    #[tf(recomputed)]
    network_id: Computed<String>,
    /// Public address of the firewall, once there is one.
    #[tf(recomputed)]
    firewall_public_ip_address: Computed<String>,
    /// The isolation modes that Azure says the network can be changed to.
    #[tf(recomputed)]
    changeable_isolation_modes: Computed<Vec<String>>,
    /// How far Azure is with the network: `Succeeded`, `Updating`, `Deferred`, ... Null for hubs.
    #[tf(recomputed)]
    provisioning_state: Computed<String>,
    /// The outbound rules of the network, in the order of their names: those that Azure makes by
    /// itself, and all others.
    #[tf(recomputed)]
    outbound_rules: Computed<Vec<NetworkRule>>,
}

impl ManagedNetwork {
    /// What the checks look at.
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
        // Azure does not say how it spells the name.
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

/// The status of a network that is not made yet.
const INACTIVE: &str = "Inactive";

/// The request that has the network of an account or hub made (`ManagedNetworkProvisions` in
/// Azure's specification).
fn provision(parent: &ResourceId, include_spark: bool) -> PostRequest {
    let (id, api_version) = managed_network::object(parent);
    let body = match managed_network::is_property(parent) {
        true => json!({ "includeSpark": include_spark }),
        false => Json::Null,
    };
    PostRequest { id, verb: "provisionManagedNetwork", api_version, body }
}
