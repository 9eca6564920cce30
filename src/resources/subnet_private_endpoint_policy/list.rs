//! `azureai_subnet_private_endpoint_policy`, the list

use crate::engine::list::{id_of, in_parent};
use crate::engine::prelude::*;
use crate::private_link::arm_types::{SUBNET, VIRTUAL_NETWORK};

/// Lists the subnets whose private endpoint network policies can be managed.
#[derive(Model, Clone, Debug)]
pub struct Subnets {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the virtual network to list subnets of. If omitted, lists those of every virtual
    /// network.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]))]
    virtual_network_id: Option<String>,
}

impl ArmList for Subnets {
    const NAME: &'static str = "azureai_subnet_private_endpoint_policy";
    const LABEL: &'static str = "subnets";
    const PARENT: Option<&'static str> = Some("virtual_network_id");

    fn sources(&self) -> Vec<Source> {
        vec![Source::Type(VIRTUAL_NETWORK)]
    }

    fn within(&self, network: ResourceId) -> Option<Source> {
        Some(Source::Children(network, SUBNET))
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let subnet = |id: &ResourceId| in_parent(id, SUBNET.name);
        if id.is_type(SUBNET.name) {
            return subnet(id);
        }
        // The body of a network contains its subnets.
        let subnets = object["properties"]["subnets"].as_array();
        subnets.into_iter().flatten().filter_map(id_of).flat_map(|id| subnet(&id)).collect()
    }
}
