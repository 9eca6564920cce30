//! `azureai_foundry_project`, the list

use crate::engine::list::in_parent;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT};

/// Lists projects of Microsoft Foundry accounts.
///
/// Azure lists projects by account. If `cognitive_account_id` is omitted, the provider sends a
/// request for each account.
#[derive(Model, Clone, Debug)]
pub struct Projects {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the account to list projects of. If omitted, lists those of every account.
    #[tf(check = validators::id_of(&[AI_SERVICES_ACCOUNT.name]))]
    cognitive_account_id: Option<String>,
}

impl ArmList for Projects {
    const NAME: &'static str = "azureai_foundry_project";
    const LABEL: &'static str = "Foundry projects";
    const PARENT: Option<&'static str> = Some("cognitive_account_id");

    fn sources(&self) -> Vec<Source> {
        vec![Source::ChildrenOf(AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT)]
    }

    fn opens(&self, parent: &Json) -> bool {
        parent["properties"]["allowProjectManagement"] == true
    }

    fn take(&self, id: &ResourceId, _object: &Json) -> Vec<ListResult> {
        in_parent(id, FOUNDRY_PROJECT.name)
    }
}
