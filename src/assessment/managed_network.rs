//! Managed networks: of a Foundry account an object of its own, of a workspace a property.

use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, MANAGED_NETWORK, WORKSPACE};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// The types of what has one.
pub const PARENTS: &[&str] = &[AI_SERVICES_ACCOUNT.name, WORKSPACE.name];

/// The isolation modes. A network goes from one to a later one, and not back (Microsoft Learn,
/// "Managed virtual network" of Foundry and of hubs).
pub const MODES: [&str; 3] = ["Disabled", INTERNET, APPROVED];

/// The mode in which the internet can be reached.
pub const INTERNET: &str = "AllowInternetOutbound";

/// The mode in which only what rules allow can be reached.
pub const APPROVED: &str = "AllowOnlyApprovedOutbound";

/// The name of the only managed network of an account.
pub const NAME: &str = "default";

/// Whether that is the ID of a workspace, whose network is a property of it.
pub fn is_property(id: &ResourceId) -> bool {
    id.is_type(WORKSPACE.name)
}

/// The object that shows the network of an account or workspace, and the API version that is
/// spoken with it.
pub fn object(parent: &ResourceId) -> (ResourceId, &'static str) {
    match is_property(parent) {
        true => (parent.clone(), WORKSPACE.api_version),
        false => (parent.child("managedNetworks", NAME), MANAGED_NETWORK.api_version),
    }
}

/// The network in the body of the object that shows it.
pub fn network(body: &Json) -> &Json {
    &body["properties"]["managedNetwork"]
}

/// The isolation mode of a network.
pub fn mode(network: &Json) -> &str {
    network["isolationMode"].as_str().unwrap_or(MODES[0])
}

/// The modes that Azure says the network can be brought to.
pub fn changeable(network: &Json) -> Vec<&str> {
    let listed = network["changeableIsolationModes"].as_array();
    listed.into_iter().flatten().filter_map(Json::as_str).collect()
}

/// Whether a network can be brought to a mode: it is in it, the mode is a later one, or Azure lists
/// it. That an account lists none says nothing: it lists none either way (recorded).
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
    fn a_mode_is_only_taken_forward_unless_azure_lists_it() {
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
