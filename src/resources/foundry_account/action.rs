//! `azureai_purge_foundry_account`

use super::{FoundryAccount, rules};
use crate::engine::resource::soft_delete::Purge;
use crate::validators;
use plugin::prelude::*;

/// Purges a Foundry account that was deleted: Azure keeps it for 48 hours, with its name, its
/// sub-domain, its agents' subnet and the quota of its deployments. What is purged cannot be
/// restored. Purging needs a role in the subscription, such as Contributor.
#[derive(Model, Clone, Debug)]
pub struct PurgeFoundryAccount {
    /// Name that the account had.
    #[tf(check = Check::text(rules::name))]
    name: String,
    /// Name of the resource group that it was in.
    #[tf(check = validators::resource_group())]
    resource_group_name: String,
    /// Region that it was in.
    #[tf(check = validators::given())]
    location: String,
    /// GUID of the subscription. Without it, that of the provider's configuration is used.
    #[tf(check = validators::guid())]
    subscription_id: Option<String>,
}

impl Purge for PurgeFoundryAccount {
    const NAME: &'static str = "azureai_purge_foundry_account";

    type Resource = FoundryAccount;

    fn resource(&self) -> Value {
        let mut state = FoundryAccount::block().empty();
        for (name, value) in self.encode().as_map().into_iter().flatten() {
            state.set_entry(name, value.clone());
        }
        state
    }
}
