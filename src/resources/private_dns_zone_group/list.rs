//! `azureai_private_dns_zone_group`, the list

use crate::engine::prelude::*;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE_GROUP;
use crate::resources::common::endpoint_filter::{Endpoints, TYPE};

/// Lists the zone groups of private endpoints, regardless of their owner.
///
/// Azure lists zone groups by endpoint. If `private_endpoint_id` is omitted, the provider sends a
/// request for each endpoint that matches the other filters.
#[derive(Model, Clone, Debug)]
pub struct ZoneGroups {
    #[tf(flatten)]
    endpoints: Endpoints,
    /// ID of the private endpoint to list the zone group of. If omitted, lists those of every
    /// private endpoint.
    #[tf(check = validators::id_of(&[TYPE.0]))]
    private_endpoint_id: Option<String>,
}

impl ArmList for ZoneGroups {
    const NAME: &'static str = "azureai_private_dns_zone_group";
    const LABEL: &'static str = "private DNS zone groups";

    fn scope(&self) -> &ListScope {
        &self.endpoints.scope
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let child = ("privateDnsZoneGroups", TYPE.1);
        let Some(endpoint) = &self.private_endpoint_id else {
            return Ok(vec![Source::ChildrenOf(TYPE, child)]);
        };
        let endpoint = validators::parse(endpoint, "private_endpoint_id")?;
        Ok(vec![Source::Children(endpoint, child)])
    }

    fn opens(&self, parent: &Json) -> bool {
        self.endpoints.have(parent)
    }

    fn take(&self, id: &ResourceId, _object: &Json) -> Vec<ListResult> {
        let id = id.canonical(PRIVATE_DNS_ZONE_GROUP.name);
        let endpoint = id.parent().map(|endpoint| endpoint.name().to_owned()).unwrap_or_default();
        vec![ListResult { name: format!("{} of {endpoint}", id.name()), id: id.to_string() }]
    }

    fn validate(config: &Value) -> Diagnostics {
        ListScope::or(config, "private_endpoint_id")
    }
}
