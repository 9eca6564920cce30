//! `azureai_private_endpoint`, the list

use crate::engine::prelude::*;
use crate::private_link::arm_types::PRIVATE_ENDPOINT;
use crate::resources::common::endpoint_filter::Endpoints;

/// Lists private endpoints, such as those that connect to a workspace.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpoints {
    #[tf(flatten)]
    scope: ListScope,
    #[tf(flatten)]
    endpoints: Endpoints,
}

impl ArmList for PrivateEndpoints {
    const NAME: &'static str = "azureai_private_endpoint";
    const LABEL: &'static str = "private endpoints";

    fn sources(&self) -> Vec<Source> {
        vec![Source::Type(PRIVATE_ENDPOINT)]
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        if self.endpoints.have(object) { itself(id, PRIVATE_ENDPOINT.name) } else { Vec::new() }
    }
}
