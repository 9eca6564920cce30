//! Accounts that are deleted, and keep their names until they are purged.

use super::reader::{Read, Reader};
use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;
use azure::id::ResourceId;
use serde::Deserialize;

/// A deleted account on the wire.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    id: String,
    properties: Properties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    custom_sub_domain_name: String,
    scheduled_purge_date: String,
}

/// A deleted account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedAccount {
    /// The ID under which Azure keeps it.
    pub id: String,
    /// Its region.
    pub region: String,
    /// The name of its resource group.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Its sub-domain; empty where it has none.
    pub sub_domain: String,
    /// When Azure purges it by itself.
    pub purged_at: String,
}

/// The deleted accounts of the subscription of that scope.
pub fn deleted_accounts(reader: &Reader, scope: &ResourceId) -> Read<Vec<DeletedAccount>> {
    let child = "providers/Microsoft.CognitiveServices/deletedAccounts";
    let listed = reader.children(scope, child, AI_SERVICES_ACCOUNT.api_version);
    let listed = listed.decode_each::<Body>(scope);
    listed.map(|bodies| bodies.into_iter().filter_map(DeletedAccount::of).collect())
}

impl DeletedAccount {
    fn of(body: Body) -> Option<Self> {
        let id = ResourceId::parse(&body.id).ok()?;
        let [(_, region), (_, group), (_, name)] = id.names()[..] else { return None };
        let [region, group, name] = [region, group, name].map(str::to_owned);
        let Properties { custom_sub_domain_name, scheduled_purge_date } = body.properties;
        let (sub_domain, purged_at) = (custom_sub_domain_name, scheduled_purge_date);
        Some(Self { id: body.id, region, group, name, sub_domain, purged_at })
    }

    /// The ID that it had, in the subscription of another account.
    pub fn account(&self, other: &ResourceId) -> ResourceId {
        let ty = AI_SERVICES_ACCOUNT.name;
        ResourceId::in_group(other.subscription(), &self.group, ty, &self.name)
    }

    /// Whether it was the account with that ID.
    pub fn was(&self, account: &ResourceId) -> bool {
        let group = account.resource_group().unwrap_or_default();
        self.name.eq_ignore_ascii_case(account.name()) && self.group.eq_ignore_ascii_case(group)
    }

    /// The command that purges it.
    pub fn purge(&self) -> String {
        let Self { region, group, name, .. } = self;
        format!(
            "az cognitiveservices account purge --name {name} --resource-group {group} --location \
             {region}"
        )
    }

    /// What to do about it where its name is in the way.
    pub fn way_out(&self) -> String {
        format!(
            "Azure keeps a deleted account, and its name, until {}. Set `restore_soft_deleted = \
             true` to have it back with all that was in it, or purge it: {}",
            self.purged_at,
            self.purge()
        )
    }
}
