//! `azureai_foundry_account`, the data source

use crate::engine::data_source::object_name::ResourceGroupName;
use crate::engine::data_source::resource_view::{ResourceView, View};

/// The data source.
pub type FoundryAccount = ResourceView<Account>;

/// What it shows.
#[derive(Clone)]
pub struct Account;

impl View for Account {
    type Resource = super::FoundryAccount;
    const DESCRIPTION: &'static str = "Reads a Microsoft Foundry account, or another account of \
                                       Azure AI services, with its addresses. Without a resource \
                                       group, it is looked for in the whole subscription.";
    const OMITTED: &'static [&'static str] =
        &["purge_on_destroy", "wait_for_subnet_release", "restore_soft_deleted"];
    const DESCRIPTIONS: &'static [(&'static str, &'static str)] = &[
        ("custom_subdomain_name", "First label of the account's own addresses."),
        ("public_network_access", "`Enabled` or `Disabled`."),
        ("network_acls", "Who may come in publicly, where not everybody may."),
        ("agent_subnet_id", "ID of the subnet that the agents run in, where they have one."),
        ("managed_network", "Whether the agents run in a network that Microsoft manages."),
        ("tags", "Tags of the account."),
    ];
    const RESOURCE_GROUP: ResourceGroupName = ResourceGroupName::Optional;
}
