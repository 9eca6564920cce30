//! `azureai_managed_network_outbound_rule`, the list

use crate::assessment::managed_network::{self, PARENTS};
use crate::engine::list::id_of;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{
    ACCOUNT_OUTBOUND_RULE, AI_SERVICES_ACCOUNT, HUB_OUTBOUND_RULE, MANAGED_NETWORK, WORKSPACE,
};
use crate::private_link::workspaces::is_project;

/// Lists outbound rules of managed networks, except those that Azure creates.
///
/// Azure lists rules by network. If `parent_id` is omitted, the provider sends a request for each
/// workspace (hub) and two for each Microsoft Foundry account.
#[derive(Model, Clone, Debug)]
pub struct OutboundRules {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the account or hub to list outbound rules of. If omitted, lists those of every account
    /// and hub.
    #[tf(check = validators::id_of(PARENTS))]
    parent_id: Option<String>,
}

impl ArmList for OutboundRules {
    const NAME: &'static str = "azureai_managed_network_outbound_rule";
    const LABEL: &'static str = "outbound rules";
    const PARENT: Option<&'static str> = Some("parent_id");

    fn sources(&self) -> Vec<Source> {
        vec![
            Source::GrandchildrenOf(AI_SERVICES_ACCOUNT, MANAGED_NETWORK, ACCOUNT_OUTBOUND_RULE),
            Source::ChildrenOf(WORKSPACE, HUB_OUTBOUND_RULE),
        ]
    }

    fn within(&self, parent: ResourceId) -> Option<Source> {
        Some(Source::Children(managed_network::object(&parent).0, ACCOUNT_OUTBOUND_RULE))
    }

    /// Accounts of other kinds have no network, and projects use that of their hub.
    fn opens(&self, parent: &Json) -> bool {
        let of_account = id_of(parent).is_some_and(|id| id.is_type(AI_SERVICES_ACCOUNT.name));
        let kind = parent["kind"].as_str();
        match of_account {
            true => kind.is_none_or(|kind| kind.eq_ignore_ascii_case("AIServices")),
            false => !is_project(parent),
        }
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let category = object["properties"]["category"].as_str().unwrap_or("UserDefined");
        let types = [ACCOUNT_OUTBOUND_RULE.name, HUB_OUTBOUND_RULE.name];
        let wanted = category.eq_ignore_ascii_case("UserDefined");
        let ty = types.into_iter().find(|ty| wanted && id.is_type(ty));
        ty.map_or_else(Vec::new, |ty| itself(id, ty))
    }
}
