//! `azureai_subnet_private_endpoint_policy`, the list

use crate::engine::list::id_of;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{SUBNET, VIRTUAL_NETWORK};

/// Lists the subnets whose private endpoint network policies can be managed.
#[derive(Model, Clone, Debug)]
pub struct Subnets {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the virtual network to list subnets of. If omitted, lists those of every virtual
    /// network.
    #[tf(check = validators::id_of(&[NETWORK]))]
    virtual_network_id: Option<String>,
}

const NETWORK: &str = VIRTUAL_NETWORK.name;
const API: &str = SUBNET.api_version;

impl ArmList for Subnets {
    const NAME: &'static str = "azureai_subnet_private_endpoint_policy";
    const LABEL: &'static str = "subnets";

    fn scope(&self) -> &ListScope {
        &self.scope
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let Some(network) = &self.virtual_network_id else {
            return Ok(vec![Source::Type((NETWORK, API))]);
        };
        let network = validators::parse(network, "virtual_network_id")?;
        Ok(vec![Source::Children(network, ("subnets", API))])
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let subnet = |id: ResourceId| {
            let network = id.parent().map(|network| network.name().to_owned()).unwrap_or_default();
            let id = id.canonical(SUBNET.name);
            ListResult { name: format!("{} of {network}", id.name()), id: id.to_string() }
        };
        if id.is_type(SUBNET.name) {
            return vec![subnet(id.clone())];
        }
        // The body of a network contains its subnets.
        let subnets = object["properties"]["subnets"].as_array();
        subnets.into_iter().flatten().filter_map(id_of).map(subnet).collect()
    }

    fn validate(config: &Value) -> Diagnostics {
        ListScope::or(config, "virtual_network_id")
    }
}
