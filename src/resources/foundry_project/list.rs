//! `azureai_foundry_project`, the list

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
    #[tf(check = validators::id_of(&[ACCOUNT]))]
    cognitive_account_id: Option<String>,
}

const ACCOUNT: &str = AI_SERVICES_ACCOUNT.name;
const API: &str = FOUNDRY_PROJECT.api_version;
const PARENT: &str = "cognitive_account_id";

impl ArmList for Projects {
    const NAME: &'static str = "azureai_foundry_project";
    const LABEL: &'static str = "Foundry projects";

    fn scope(&self) -> &ListScope {
        &self.scope
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let child = ("projects", API);
        let Some(account) = &self.cognitive_account_id else {
            return Ok(vec![Source::ChildrenOf((ACCOUNT, API), child)]);
        };
        Ok(vec![Source::Children(validators::parse(account, PARENT)?, child)])
    }

    fn opens(&self, parent: &Json) -> bool {
        parent["properties"]["allowProjectManagement"] == true
    }

    fn take(&self, id: &ResourceId, _object: &Json) -> Vec<ListResult> {
        let id = id.canonical(FOUNDRY_PROJECT.name);
        let account = id.parent().map(|account| account.name().to_owned()).unwrap_or_default();
        vec![ListResult { name: format!("{} of {account}", id.name()), id: id.to_string() }]
    }

    fn validate(config: &Value) -> Diagnostics {
        ListScope::or(config, PARENT)
    }
}
