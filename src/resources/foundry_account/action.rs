//! `azureai_purge_foundry_account`

use super::{FoundryAccount, rules};
use crate::engine::resource::soft_delete::Purge;
use crate::validators;
use plugin::prelude::*;

/// Purges a deleted Microsoft Foundry account.
///
/// Azure keeps a deleted account for 48 hours, with its name, its subdomain, its agents' subnet and
/// the quota of its deployments. A purged account cannot be restored. Purging needs a role in the
/// subscription, such as Contributor.
#[derive(Model, Clone, Debug)]
pub struct PurgeFoundryAccount {
    /// Name of the deleted account.
    #[tf(check = Check::text(rules::name))]
    name: String,
    /// Name of the resource group of the deleted account.
    #[tf(check = validators::resource_group())]
    resource_group_name: String,
    /// Azure region of the deleted account.
    #[tf(check = validators::given())]
    location: String,
    /// GUID of the subscription. Defaults to the provider's `subscription_id`.
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
