//! `azureai_foundry_capability_host`, the list

use super::PARENTS;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{
    ACCOUNT_CAPABILITY_HOST, AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT, PROJECT_CAPABILITY_HOST,
};

/// Lists capability hosts of Microsoft Foundry accounts and projects.
///
/// Azure lists capability hosts by account or project. If `parent_id` is omitted, the provider
/// sends a request for each account and for each of its projects.
#[derive(Model, Clone, Debug)]
pub struct Hosts {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the account or project to list the capability host of. If omitted, lists those of
    /// every account and project.
    #[tf(check = validators::id_of(PARENTS))]
    parent_id: Option<String>,
}

impl ArmList for Hosts {
    const NAME: &'static str = "azureai_foundry_capability_host";
    const LABEL: &'static str = "capability hosts";
    const PARENT: Option<&'static str> = Some("parent_id");

    fn sources(&self) -> Vec<Source> {
        vec![
            Source::ChildrenOf(AI_SERVICES_ACCOUNT, ACCOUNT_CAPABILITY_HOST),
            Source::GrandchildrenOf(AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT, PROJECT_CAPABILITY_HOST),
        ]
    }

    /// Accounts of other kinds have no capability hosts.
    fn opens(&self, parent: &Json) -> bool {
        let kind = parent["kind"].as_str();
        kind.is_none_or(|kind| kind.eq_ignore_ascii_case("AIServices"))
    }

    fn take(&self, id: &ResourceId, _object: &Json) -> Vec<ListResult> {
        let types = [ACCOUNT_CAPABILITY_HOST.name, PROJECT_CAPABILITY_HOST.name];
        types.into_iter().find(|ty| id.is_type(ty)).map_or_else(Vec::new, |ty| itself(id, ty))
    }
}
