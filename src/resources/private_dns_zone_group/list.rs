//! `azureai_private_dns_zone_group`, the list

use crate::engine::list::in_parent;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{ArmType, PRIVATE_DNS_ZONE_GROUP, PRIVATE_ENDPOINT};
use crate::resources::common::endpoint_filter::Endpoints;

/// Lists the zone groups of private endpoints, regardless of their owner.
///
/// Azure lists zone groups by endpoint. If `private_endpoint_id` is omitted, the provider sends a
/// request for each endpoint that matches the other filters.
#[derive(Model, Clone, Debug)]
pub struct ZoneGroups {
    #[tf(flatten)]
    scope: ListScope,
    #[tf(flatten)]
    endpoints: Endpoints,
    /// ID of the private endpoint to list the zone group of. If omitted, lists those of every
    /// private endpoint.
    #[tf(check = validators::id_of(&[PRIVATE_ENDPOINT.name]))]
    private_endpoint_id: Option<String>,
}

impl ArmList for ZoneGroups {
    const NAME: &'static str = "azureai_private_dns_zone_group";
    const LABEL: &'static str = "private DNS zone groups";
    const PARENT: Option<&'static str> = Some("private_endpoint_id");

    fn sources(&self) -> Vec<Source> {
        let api_version = PRIVATE_ENDPOINT.api_version;
        let groups = ArmType { api_version, ..PRIVATE_DNS_ZONE_GROUP };
        vec![Source::ChildrenOf(PRIVATE_ENDPOINT, groups)]
    }

    fn opens(&self, parent: &Json) -> bool {
        self.endpoints.have(parent)
    }

    fn take(&self, id: &ResourceId, _object: &Json) -> Vec<ListResult> {
        in_parent(id, PRIVATE_DNS_ZONE_GROUP.name)
    }
}
