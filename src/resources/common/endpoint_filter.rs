//! Filters for private endpoints, for every list of private endpoints or their children.

use crate::engine::list::is;
use crate::engine::prelude::*;
use crate::private_link::CONNECTION_STATUSES;
use crate::private_link::arm_types::{SUBNET, VIRTUAL_NETWORK};
use plugin::model::Model;

/// Filters for private endpoints.
#[derive(Model, Clone, Debug)]
pub struct Endpoints {
    /// ID of the virtual network of the private endpoints. If omitted, lists those
    /// of every network.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]))]
    virtual_network_id: Option<String>,
    /// ID of the subnet of the private endpoints. If omitted, lists those of every subnet.
    #[tf(check = validators::id_of(&[SUBNET.name]))]
    subnet_id: Option<String>,
    /// ID of the resource that the private endpoints connect to. If omitted, lists those to every
    /// resource.
    #[tf(check = validators::any_id())]
    target_resource_id: Option<String>,
    /// State of the private endpoints' connections. Possible values are `Approved`, `Pending`,
    /// `Rejected` and `Disconnected`. If omitted, lists those in every state.
    #[tf(check = validators::one_of(CONNECTION_STATUSES))]
    connection_status: Option<String>,
}

impl Endpoints {
    /// Returns `true` if an endpoint matches every filter.
    pub fn have(&self, endpoint: &Json) -> bool {
        let properties = &endpoint["properties"];
        let subnet = properties["subnet"]["id"].as_str();
        let network = subnet.and_then(|subnet| ResourceId::parse(subnet).ok()?.parent());
        let network = network.as_ref().map(ResourceId::as_str);
        let lists = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
        let mut connections =
            lists.iter().flat_map(|list| properties[list].as_array().into_iter().flatten());
        is(self.virtual_network_id.as_deref(), network)
            && is(self.subnet_id.as_deref(), subnet)
            && (self.any_connection() || connections.any(|it| self.has(&it["properties"])))
    }

    fn any_connection(&self) -> bool {
        self.target_resource_id.is_none() && self.connection_status.is_none()
    }

    fn has(&self, connection: &Json) -> bool {
        let status = connection["privateLinkServiceConnectionState"]["status"].as_str();
        let status = status.unwrap_or_default();
        is(self.target_resource_id.as_deref(), connection["privateLinkServiceId"].as_str())
            && self.connection_status.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin::value::Value;
    use serde_json::json;

    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";

    fn endpoint(list: &str) -> Json {
        let subnet = format!("{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s");
        let target = format!("{GROUP}/providers/Microsoft.KeyVault/vaults/kv");
        let connection = json!({"properties": {
            "privateLinkServiceId": target,
            "privateLinkServiceConnectionState": {"status": "Pending"},
        }});
        json!({"properties": {"subnet": {"id": subnet}, list: [connection]}})
    }

    fn meant(members: &[(&str, &str)]) -> Endpoints {
        let mut config = Endpoints::block().empty();
        for (name, value) in members {
            config.set_entry(name, Value::from(*value));
        }
        Endpoints::decode(config).unwrap()
    }

    #[test]
    fn filters_match_in_any_casing() {
        let network = format!("{GROUP}/providers/microsoft.network/VIRTUALNETWORKS/V");
        let subnet = format!("{network}/subnets/S");
        let vault = format!("{GROUP}/providers/Microsoft.KeyVault/vaults/KV");
        for list in ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"] {
            let check = |members: &[(&str, &str)], fits: bool| {
                assert_eq!(meant(members).have(&endpoint(list)), fits, "{members:?}");
            };
            check(&[], true);
            check(&[("virtual_network_id", &network), ("subnet_id", &subnet)], true);
            check(&[("virtual_network_id", &subnet)], false);
            check(&[("subnet_id", &network)], false);
            check(&[("target_resource_id", &vault), ("connection_status", "Pending")], true);
            check(&[("target_resource_id", &vault), ("connection_status", "Approved")], false);
            check(&[("target_resource_id", &network)], false);
        }
        assert!(meant(&[]).have(&json!({})));
        assert!(!meant(&[("connection_status", "Approved")]).have(&json!({"properties": null})));
    }
}
