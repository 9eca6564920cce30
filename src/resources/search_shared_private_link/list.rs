//! `azureai_search_shared_private_link`, the list

use super::SEARCH;
use crate::engine::list::is;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{SEARCH_SERVICE, SHARED_PRIVATE_LINK};

/// Lists shared private links of search services.
///
/// Azure lists shared private links by search service. If `search_service_id` is omitted, the
/// provider sends a request for each search service.
#[derive(Model, Clone, Debug)]
pub struct SharedPrivateLinks {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the search service to list shared private links of. If omitted, lists those of every
    /// search service.
    #[tf(check = validators::id_of(SEARCH))]
    search_service_id: Option<String>,
    /// ID of the resource that the links connect to. If omitted, lists links to every resource.
    #[tf(check = validators::any_id())]
    target_resource_id: Option<String>,
}

impl ArmList for SharedPrivateLinks {
    const NAME: &'static str = "azureai_search_shared_private_link";
    const LABEL: &'static str = "shared private links";
    const PARENT: Option<&'static str> = Some("search_service_id");

    fn sources(&self) -> Vec<Source> {
        vec![Source::ChildrenOf(SEARCH_SERVICE, SHARED_PRIVATE_LINK)]
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let target = object["properties"]["privateLinkResourceId"].as_str();
        match is(self.target_resource_id.as_deref(), target) {
            true => itself(id, SHARED_PRIVATE_LINK.name),
            false => Vec::new(),
        }
    }
}
