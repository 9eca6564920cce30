//! A managed network as ARM represents it, in one form for accounts and hubs.

use super::ManagedNetwork;
use crate::engine::prelude::*;
use std::collections::BTreeMap;

/// An outbound rule of a managed network.
#[derive(Object, Clone, Debug, PartialEq)]
pub struct NetworkRule {
    /// Name of the rule. Azure's own rules begin with `__SYS_`.
    name: String,
    /// Type of the rule: `PrivateEndpoint`, `FQDN` or `ServiceTag`.
    r#type: Option<String>,
    /// Origin of the rule: `UserDefined`, or `Required`, `Recommended` or `Dependency` for Azure's
    /// own rules.
    category: Option<String>,
    /// Status of the rule, such as `Active`, `Inactive`, `Provisioning` or `Failed`.
    status: Option<String>,
    /// Destination of the rule: a resource ID with the group ID, a domain name, or a service tag
    /// with protocol and ports.
    destination: Option<String>,
}

/// A managed network.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Network {
    #[serde(skip_serializing_if = "Option::is_none")]
    isolation_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    managed_network_kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    firewall_sku: Option<String>,
    #[serde(skip_serializing)]
    status: Status,
    #[serde(skip_serializing)]
    network_id: Option<String>,
    #[serde(skip_serializing)]
    firewall_public_ip_address: Option<String>,
    #[serde(skip_serializing)]
    changeable_isolation_modes: Vec<String>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
    #[serde(skip_serializing)]
    outbound_rules: BTreeMap<String, Rule>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    status: Option<String>,
    spark_ready: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    r#type: Option<String>,
    category: Option<String>,
    status: Option<String>,
    destination: Json,
}

impl Network {
    /// Returns the network that the attributes request.
    pub(super) fn asked(model: &ManagedNetwork) -> Self {
        Self {
            isolation_mode: Some(model.isolation_mode.clone()),
            managed_network_kind: model.managed_network_kind.get().cloned(),
            firewall_sku: model.firewall_sku.get().cloned(),
            ..Self::default()
        }
    }

    /// Removes the properties that Azure fixes at creation.
    pub(super) fn settle(&mut self) {
        self.managed_network_kind = None;
    }

    /// Returns `true` if a live network has all properties of this one.
    pub(super) fn is_in(&self, live: &Self) -> bool {
        let own = [&self.isolation_mode, &self.managed_network_kind, &self.firewall_sku];
        let its = [&live.isolation_mode, &live.managed_network_kind, &live.firewall_sku];
        let same = |(own, its): (&Option<String>, &Option<String>)| {
            let text = |it: &Option<String>| it.as_deref().unwrap_or_default().to_lowercase();
            own.is_none() || text(own) == text(its)
        };
        own.into_iter().zip(its).all(same)
    }
}

impl Rule {
    fn shown(name: String, rule: Self) -> NetworkRule {
        let Self { r#type, category, status, destination } = rule;
        NetworkRule { name, r#type, category, status, destination: told(&destination) }
    }
}

/// Formats a destination as text: a domain name, a resource ID with the group ID, or a service tag
/// with protocol and ports.
fn told(destination: &Json) -> Option<String> {
    if let Some(name) = destination.as_str() {
        return Some(name.to_owned());
    }
    let names = [
        "serviceResourceId",
        "subresourceTarget",
        "serviceTag",
        "action",
        "protocol",
        "portRanges",
    ];
    let words = names.into_iter().filter_map(|name| destination[name].as_str());
    let text = words.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Sets the attributes from a network in Azure. `of_object` is the provisioning state of an
/// account's network.
pub(super) fn read(model: &mut ManagedNetwork, network: Network, of_object: Option<String>) {
    let Network { status, outbound_rules, provisioning_state, .. } = network;
    model.isolation_mode = network.isolation_mode.unwrap_or_else(|| "Disabled".to_owned());
    model.managed_network_kind.set(network.managed_network_kind);
    model.firewall_sku.set(network.firewall_sku);
    model.status.set(status.status);
    model.spark_ready.set(status.spark_ready);
    model.network_id.set(network.network_id);
    model.firewall_public_ip_address.set(network.firewall_public_ip_address);
    model.changeable_isolation_modes.set(network.changeable_isolation_modes);
    model.provisioning_state.set(of_object.or(provisioning_state));
    let rules = outbound_rules.into_iter().map(|(name, rule)| Rule::shown(name, rule));
    model.outbound_rules.set(rules.collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::told;
    use serde_json::{Value as Json, json};

    #[test]
    fn destinations_are_formatted_as_text() {
        for (destination, text) in [
            (json!("pypi.org"), Some("pypi.org")),
            (json!({"serviceResourceId": "/a", "subresourceTarget": "blob"}), Some("/a blob")),
            (
                json!({"portRanges": "80, 443", "protocol": "TCP", "serviceTag": "AzureMonitor",
                       "action": "Allow", "addressPrefixes": []}),
                Some("AzureMonitor Allow TCP 80, 443"),
            ),
            (Json::Null, None),
        ] {
            assert_eq!(told(&destination).as_deref(), text);
        }
    }
}
