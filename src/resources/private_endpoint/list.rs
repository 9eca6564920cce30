//! `azureai_private_endpoint`, the list

use crate::engine::prelude::*;
use crate::resources::common::endpoint_filter::{Endpoints, TYPE};

/// Lists private endpoints, such as those that connect to a workspace.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpoints {
    #[tf(flatten)]
    endpoints: Endpoints,
}

impl ArmList for PrivateEndpoints {
    const NAME: &'static str = "azureai_private_endpoint";
    const LABEL: &'static str = "private endpoints";

    fn scope(&self) -> &ListScope {
        &self.endpoints.scope
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        Ok(vec![Source::Type(TYPE)])
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        if self.endpoints.have(object) { itself(id, TYPE.0) } else { Vec::new() }
    }
}
