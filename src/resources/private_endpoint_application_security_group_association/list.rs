//! `azureai_private_endpoint_application_security_group_association`, the list

use crate::engine::list::{id_of, is};
use crate::engine::prelude::*;
use crate::private_link::arm_types::{APPLICATION_SECURITY_GROUP, PRIVATE_ENDPOINT};
use crate::resources::common::endpoint_filter::Endpoints;

/// Lists the memberships of private endpoints in application security groups.
#[derive(Model, Clone, Debug)]
pub struct Associations {
    #[tf(flatten)]
    scope: ListScope,
    #[tf(flatten)]
    endpoints: Endpoints,
    /// ID of the application security group to list private endpoints of. If omitted, lists those
    /// of every group.
    #[tf(check = validators::id_of(&[GROUP]))]
    application_security_group_id: Option<String>,
}

const GROUP: &str = APPLICATION_SECURITY_GROUP.name;

impl ArmList for Associations {
    const NAME: &'static str = "azureai_private_endpoint_application_security_group_association";
    const LABEL: &'static str = "application security groups of private endpoints";

    fn sources(&self) -> Vec<Source> {
        vec![Source::Type(PRIVATE_ENDPOINT)]
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        if !self.endpoints.have(object) {
            return Vec::new();
        }
        let endpoint = id.canonical(PRIVATE_ENDPOINT.name);
        let groups = object["properties"]["applicationSecurityGroups"].as_array();
        let groups = groups.into_iter().flatten().filter_map(id_of);
        let wanted = self.application_security_group_id.as_deref();
        let groups = groups.filter(|group| is(wanted, Some(group.as_str())));
        let pair = |group: ResourceId| ListResult {
            id: format!("{endpoint}|{}", group.canonical(GROUP)),
            name: format!("{} in {}", endpoint.name(), group.name()),
        };
        groups.map(pair).collect()
    }
}
