//! `azureai_foundry_connection`, the list

use super::PARENTS;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{
    ACCOUNT_CONNECTION, AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT, PROJECT_CONNECTION,
};

/// Lists connections of Microsoft Foundry accounts and projects.
///
/// Azure lists connections by account or project. If `parent_id` is omitted, the provider sends a
/// request for each account and for each of its projects.
#[derive(Model, Clone, Debug)]
pub struct Connections {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the account or project to list connections of. If omitted, lists those of every
    /// account and project.
    #[tf(check = validators::id_of(PARENTS))]
    parent_id: Option<String>,
    /// Category of the connections, such as `CosmosDb`. If omitted, lists every category.
    category: Option<String>,
}

impl ArmList for Connections {
    const NAME: &'static str = "azureai_foundry_connection";
    const LABEL: &'static str = "connections";
    const PARENT: Option<&'static str> = Some("parent_id");

    fn sources(&self) -> Vec<Source> {
        vec![
            Source::ChildrenOf(AI_SERVICES_ACCOUNT, ACCOUNT_CONNECTION),
            Source::GrandchildrenOf(AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT, PROJECT_CONNECTION),
        ]
    }

    /// Accounts of other kinds have no connections.
    fn opens(&self, parent: &Json) -> bool {
        let kind = parent["kind"].as_str();
        kind.is_none_or(|kind| kind.eq_ignore_ascii_case("AIServices"))
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let own = object["properties"]["category"].as_str().unwrap_or_default();
        let types = [ACCOUNT_CONNECTION.name, PROJECT_CONNECTION.name];
        let wanted = self.category.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(own));
        let ty = types.into_iter().find(|ty| wanted && id.is_type(ty));
        ty.map_or_else(Vec::new, |ty| itself(id, ty))
    }
}
