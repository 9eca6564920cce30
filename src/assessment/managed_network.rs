//! Managed networks: a child resource of a Foundry account, and a property of a workspace.

use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, MANAGED_NETWORK, WORKSPACE};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Types of the resources that have a managed network.
pub const PARENTS: &[&str] = &[AI_SERVICES_ACCOUNT.name, WORKSPACE.name];

/// The isolation modes, from least to most strict. A network changes only to a stricter mode
/// (Microsoft Learn, "Managed virtual network" of Foundry and of hubs).
pub const MODES: [&str; 3] = ["Disabled", INTERNET, APPROVED];

/// Mode that allows all outbound Internet traffic.
pub const INTERNET: &str = "AllowInternetOutbound";

/// Mode that allows only the destinations of outbound rules.
pub const APPROVED: &str = "AllowOnlyApprovedOutbound";

/// Name of the only managed network of an account.
pub const NAME: &str = "default";

/// Returns `true` for the ID of a workspace, whose managed network is a property.
pub fn is_property(id: &ResourceId) -> bool {
    id.is_type(WORKSPACE.name)
}

/// Returns the ID of the object that shows the managed network of an account or workspace, with its
/// API version.
pub fn object(parent: &ResourceId) -> (ResourceId, &'static str) {
    match is_property(parent) {
        true => (parent.clone(), WORKSPACE.api_version),
        false => (parent.child("managedNetworks", NAME), MANAGED_NETWORK.api_version),
    }
}

/// Returns the managed network from the body of the object that shows it.
pub fn network(body: &Json) -> &Json {
    &body["properties"]["managedNetwork"]
}

/// Returns the isolation mode of a managed network.
pub fn mode(network: &Json) -> &str {
    network["isolationMode"].as_str().unwrap_or(MODES[0])
}

/// Returns the modes to which Azure says the network can change.
pub fn changeable(network: &Json) -> Vec<&str> {
    let listed = network["changeableIsolationModes"].as_array();
    listed.into_iter().flatten().filter_map(Json::as_str).collect()
}

/// Returns `true` if the network is in the mode, the mode is stricter, or Azure lists the mode. The
/// list of an account is always empty, so its absence means nothing (recorded).
pub fn takes(network: &Json, wanted: &str) -> bool {
    let place = |mode: &str| MODES.iter().position(|known| known.eq_ignore_ascii_case(mode));
    let listed = changeable(network).iter().any(|mode| mode.eq_ignore_ascii_case(wanted));
    match (place(mode(network)), place(wanted)) {
        (Some(now), Some(wanted)) => now <= wanted || listed,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn isolation_mode_only_gets_stricter_unless_azure_lists_the_mode() {
        let [off, internet, approved] = MODES;
        for (now, wanted, listed, taken) in [
            (off, internet, json!([]), true),
            (off, approved, json!([internet, approved]), true),
            (internet, approved, json!(null), true),
            (approved, approved, json!([]), true),
            (approved, internet, json!([]), false),
            (internet, off, json!([approved]), false),
            ("allowonlyapprovedoutbound", internet, json!([]), false),
            (approved, internet, json!([internet]), true),
            ("AModeOfTomorrow", internet, json!([]), true),
        ] {
            let network = json!({"isolationMode": now, "changeableIsolationModes": listed});
            assert_eq!(takes(&network, wanted), taken, "{now} to {wanted}, {listed}");
        }
        assert!(takes(&json!({}), internet));
    }
}
