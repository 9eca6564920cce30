//! Deleted Foundry accounts, which keep their names until Azure purges them.

use super::reader::{Read, Reader};
use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;
use crate::private_link::envelope::Envelope;
use azure::id::ResourceId;
use serde::Deserialize;

/// Properties of a deleted account.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    custom_sub_domain_name: String,
    scheduled_purge_date: String,
}

/// A deleted account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedAccount {
    /// ID of the deleted account.
    pub id: String,
    /// Region of the account.
    pub region: String,
    /// Name of the resource group.
    pub group: String,
    /// Name of the account.
    pub name: String,
    /// Custom subdomain. Empty if the account had none.
    pub sub_domain: String,
    /// Date at which Azure purges the account.
    pub purged_at: String,
}

/// Lists the deleted accounts of the subscription of a scope.
pub fn deleted_accounts(reader: &Reader, scope: &ResourceId) -> Read<Vec<DeletedAccount>> {
    let child = "providers/Microsoft.CognitiveServices/deletedAccounts";
    let listed = reader.children(scope, child, AI_SERVICES_ACCOUNT.api_version);
    let listed = listed.decode_each::<Envelope<Properties>>(scope);
    listed.map(|bodies| bodies.into_iter().filter_map(DeletedAccount::of).collect())
}

impl DeletedAccount {
    fn of(body: Envelope<Properties>) -> Option<Self> {
        let id = ResourceId::parse(&body.id).ok()?;
        let [(_, region), (_, group), (_, name)] = id.names()[..] else { return None };
        let [region, group, name] = [region, group, name].map(str::to_owned);
        let Properties { custom_sub_domain_name, scheduled_purge_date } = body.properties;
        let (sub_domain, purged_at) = (custom_sub_domain_name, scheduled_purge_date);
        Some(Self { id: body.id, region, group, name, sub_domain, purged_at })
    }

    /// Returns the ID that the account had, in the subscription of another account.
    pub fn account(&self, other: &ResourceId) -> ResourceId {
        let ty = AI_SERVICES_ACCOUNT.name;
        ResourceId::in_group(other.subscription(), &self.group, ty, &self.name)
    }

    /// Returns `true` if the deleted account had this ID.
    pub fn was(&self, account: &ResourceId) -> bool {
        let group = account.resource_group().unwrap_or_default();
        self.name.eq_ignore_ascii_case(account.name()) && self.group.eq_ignore_ascii_case(group)
    }

    /// Returns the command that purges the account.
    pub fn purge(&self) -> String {
        let Self { region, group, name, .. } = self;
        format!(
            "az cognitiveservices account purge --name {name} --resource-group {group} --location \
             {region}"
        )
    }

    /// Returns what to do if a new account needs the name.
    pub fn way_out(&self) -> String {
        format!(
            "Azure reserves the name of a deleted account until {}. Set `restore_soft_deleted = \
             true` to restore the account with its content, or purge it:\n\n  {}",
            self.purged_at,
            self.purge()
        )
    }
}
