//! `azureai_foundry_account`, the list

use super::KIND;
use crate::engine::prelude::*;
use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;

/// Lists Microsoft Foundry accounts: accounts of Azure AI services of kind `AIServices`.
#[derive(Model, Clone, Debug)]
pub struct Accounts {
    #[tf(flatten)]
    scope: ListScope,
}

impl ArmList for Accounts {
    const NAME: &'static str = "azureai_foundry_account";
    const LABEL: &'static str = "Foundry accounts";

    fn sources(&self) -> Vec<Source> {
        vec![Source::Type(AI_SERVICES_ACCOUNT)]
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let own = object["kind"].as_str().unwrap_or_default();
        if own.eq_ignore_ascii_case(KIND) {
            itself(id, AI_SERVICES_ACCOUNT.name)
        } else {
            Vec::new()
        }
    }
}
