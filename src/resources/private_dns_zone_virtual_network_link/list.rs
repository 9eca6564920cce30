//! `azureai_private_dns_zone_virtual_network_link`, the list

use crate::engine::list::is;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, VIRTUAL_NETWORK, VIRTUAL_NETWORK_LINK};

/// Lists links of private DNS zones to virtual networks.
///
/// Azure lists links by zone. If `private_dns_zone_id` is omitted, the provider sends a request for
/// each zone.
#[derive(Model, Clone, Debug)]
pub struct Links {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the private DNS zone to list links of. If omitted, lists those of every zone.
    #[tf(check = validators::id_of(&[ZONE]))]
    private_dns_zone_id: Option<String>,
    /// ID of the virtual network to list links of. If omitted, lists those of every virtual
    /// network.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]))]
    virtual_network_id: Option<String>,
}

const ZONE: &str = PRIVATE_DNS_ZONE.name;
const TYPE: &str = VIRTUAL_NETWORK_LINK.name;
const API: &str = VIRTUAL_NETWORK_LINK.api_version;

impl ArmList for Links {
    const NAME: &'static str = "azureai_private_dns_zone_virtual_network_link";
    const LABEL: &'static str = "virtual network links";

    fn scope(&self) -> &ListScope {
        &self.scope
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let child = ("virtualNetworkLinks", API);
        let Some(zone) = &self.private_dns_zone_id else {
            return Ok(vec![Source::ChildrenOf((ZONE, API), child)]);
        };
        Ok(vec![Source::Children(validators::parse(zone, "private_dns_zone_id")?, child)])
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let network = object["properties"]["virtualNetwork"]["id"].as_str();
        if !is(self.virtual_network_id.as_deref(), network) {
            return Vec::new();
        }
        let id = id.canonical(TYPE);
        let zone = id.parent().map(|zone| zone.name().to_owned()).unwrap_or_default();
        vec![ListResult { name: format!("{} of {zone}", id.name()), id: id.to_string() }]
    }

    fn validate(config: &Value) -> Diagnostics {
        ListScope::or(config, "private_dns_zone_id")
    }
}
