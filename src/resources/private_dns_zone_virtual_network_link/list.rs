//! `azureai_private_dns_zone_virtual_network_link`, the list

use crate::engine::list::{in_parent, is};
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
    #[tf(check = validators::id_of(&[PRIVATE_DNS_ZONE.name]))]
    private_dns_zone_id: Option<String>,
    /// ID of the virtual network to list links of. If omitted, lists those of every virtual
    /// network.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]))]
    virtual_network_id: Option<String>,
}

impl ArmList for Links {
    const NAME: &'static str = "azureai_private_dns_zone_virtual_network_link";
    const LABEL: &'static str = "virtual network links";
    const PARENT: Option<&'static str> = Some("private_dns_zone_id");

    fn sources(&self) -> Vec<Source> {
        vec![Source::ChildrenOf(PRIVATE_DNS_ZONE, VIRTUAL_NETWORK_LINK)]
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let network = object["properties"]["virtualNetwork"]["id"].as_str();
        if !is(self.virtual_network_id.as_deref(), network) {
            return Vec::new();
        }
        in_parent(id, VIRTUAL_NETWORK_LINK.name)
    }
}
