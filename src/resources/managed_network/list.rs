//! `azureai_managed_network`, the list

use crate::assessment::managed_network::{MODES, mode, network};
use crate::engine::prelude::*;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, MANAGED_NETWORK, WORKSPACE};

/// Lists managed networks of Microsoft Foundry accounts and of hubs.
///
/// Azure lists the networks of accounts by account, so the provider sends a request for each
/// account.
#[derive(Model, Clone, Debug)]
pub struct Networks {
    #[tf(flatten)]
    scope: ListScope,
}

/// The kinds of workspaces that have their own network. A project uses that of its hub.
const KINDS: [&str; 2] = ["Hub", "Default"];

impl ArmList for Networks {
    const NAME: &'static str = "azureai_managed_network";
    const LABEL: &'static str = "managed networks";

    fn sources(&self) -> Vec<Source> {
        vec![Source::ChildrenOf(AI_SERVICES_ACCOUNT, MANAGED_NETWORK), Source::Type(WORKSPACE)]
    }

    /// Accounts of other kinds have no managed network.
    fn opens(&self, parent: &Json) -> bool {
        let kind = parent["kind"].as_str();
        kind.is_none_or(|kind| kind.eq_ignore_ascii_case("AIServices"))
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let found = |of: &ResourceId, ty: &str| {
            let name = format!("managed network of {}", of.name());
            vec![ListResult { name, id: id.canonical(ty).to_string() }]
        };
        if let Some(account) = id.parent().filter(|_| id.is_type(MANAGED_NETWORK.name)) {
            return found(&account, MANAGED_NETWORK.name);
        }
        let kind = object["kind"].as_str().unwrap_or_default();
        let own = KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind));
        let none = mode(network(object)).eq_ignore_ascii_case(MODES[0]);
        if own && !none { found(id, WORKSPACE.name) } else { Vec::new() }
    }
}
