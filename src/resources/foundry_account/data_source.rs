//! `azureai_foundry_account`, the data source

use crate::assessment::deleted_accounts::{DeletedAccount, deleted_accounts};
use crate::engine::data_source::object_name::ResourceGroupName;
use crate::engine::data_source::resource_view::{ResourceView, View};
use crate::engine::prelude::*;
use crate::resources::common::foundry_connections::{ShownConnection, shown};

/// Reads a Microsoft Foundry account, or another account of Azure AI services, with its endpoints
/// and connections.
///
/// If the resource group is omitted, the data source searches the whole subscription.
#[derive(Model, Clone)]
pub struct FoundryAccount {
    #[tf(flatten)]
    account: ResourceView<Account>,
    /// Connections of the account, without secrets. Null if the identity cannot read them.
    connections: Computed<Vec<ShownConnection>>,
    /// Deleted accounts of the same name in the subscription that are not purged. Null if the
    /// identity cannot read them.
    soft_deleted: Computed<Vec<SoftDeleted>>,
}

/// A deleted account that is not purged.
#[derive(Object, Clone, Debug, PartialEq)]
struct SoftDeleted {
    /// ID of the deleted account.
    id: String,
    /// Azure region of the account.
    location: String,
    /// Name of the resource group of the account.
    resource_group_name: String,
    /// Subdomain of the account's endpoints.
    custom_subdomain_name: String,
    /// Time at which Azure purges the account.
    scheduled_purge_date: String,
}

/// The resource that the data source shows.
#[derive(Clone)]
pub struct Account;

impl View for Account {
    type Resource = super::FoundryAccount;
    const DESCRIPTION: &'static str = "Reads a Microsoft Foundry account.";
    const OMITTED: &'static [&'static str] =
        &["purge_on_destroy", "wait_for_subnet_release", "restore_soft_deleted"];
    const DESCRIPTIONS: &'static [(&'static str, &'static str)] = &[
        ("custom_subdomain_name", "Subdomain of the account's endpoints."),
        ("public_network_access", "Public network access: `Enabled` or `Disabled`."),
        ("network_acls", "Network rules of the account, if it has any."),
        ("agent_subnet_id", "ID of the subnet that the agents run in, if there is one."),
        ("managed_network", "If `true`, the agents run in a network that Microsoft manages."),
        ("tags", "Tags of the account."),
    ];
    const RESOURCE_GROUP: ResourceGroupName = ResourceGroupName::Optional;
}

impl FoundryAccount {
    /// Returns the ID and the name that the configuration contains or the search found.
    fn named(&self) -> (Option<ResourceId>, Option<String>) {
        let account = self.account.encode();
        let id = account.get("id").as_str().and_then(|id| ResourceId::parse(id).ok());
        let own = id.as_ref().map(|id| id.name().to_owned());
        let name = account.get("name").as_str().map(str::to_owned).or(own);
        (id, name)
    }

    /// Returns the deleted accounts of the name.
    fn deleted(&self, reader: &Reader, defaults: &Defaults) -> Option<Vec<DeletedAccount>> {
        let (id, name) = self.named();
        let given = self.account.encode();
        let given = given.get("subscription_id").as_str().or(defaults.subscription_id.as_deref());
        let subscription = id.as_ref().map(ResourceId::subscription).or(given)?;
        let scope = ResourceId::parse(&format!("/subscriptions/{subscription}")).ok()?;
        let mut found = deleted_accounts(reader, &scope).found()?;
        found.retain(|it| name.as_ref().is_some_and(|name| it.name.eq_ignore_ascii_case(name)));
        Some(found)
    }
}

impl ArmDataSource for FoundryAccount {
    const NAME: &'static str = ResourceView::<Account>::NAME;

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let read = self.account.read(reader, defaults);
        let deleted = self.deleted(reader, defaults);
        if let Err(faults) = read {
            let twin = deleted.iter().flatten().next();
            return Err(faults.into_iter().map(|fault| explained(fault, twin)).collect());
        }
        let Some(id) = self.named().0 else { return Ok(()) };
        self.connections.set(shown(reader, &id)?);
        let deleted = deleted.map(|all| all.into_iter().map(SoftDeleted::of).collect::<Vec<_>>());
        self.soft_deleted.set(deleted);
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        ResourceView::<Account>::validate(config)
    }
}

/// Adds the deleted account of the name to the error of a missing account.
fn explained(fault: Diagnostic, twin: Option<&DeletedAccount>) -> Diagnostic {
    let Some(twin) = twin else { return fault };
    let detail = format!(
        "{}\n\nAn account of this name in the resource group {:?} is deleted but not purged. {}",
        fault.detail,
        twin.group,
        twin.way_out()
    );
    Diagnostic { detail, ..fault }
}

impl SoftDeleted {
    fn of(account: DeletedAccount) -> Self {
        let DeletedAccount { id, region, group, name: _, sub_domain, purged_at } = account;
        Self {
            id,
            location: region,
            resource_group_name: group,
            custom_subdomain_name: sub_domain,
            scheduled_purge_date: purged_at,
        }
    }
}
