//! `azureai_public_network_access`, the list

use crate::engine::prelude::*;
use crate::private_link::network_rules::{public_access, public_access_of, public_access_types};
use crate::private_link::services::service;
use crate::private_link::workspaces::is_project;

/// Lists the resources that have a public network access flag, such as workspaces (hubs), storage
/// accounts and key vaults.
#[derive(Model, Clone, Debug)]
pub struct Flags {
    #[tf(flatten)]
    scope: ListScope,
    /// Type of the resources, such as `Microsoft.Storage/storageAccounts`. If omitted, lists the
    /// types that a workspace uses.
    #[tf(check = validators::one_of(public_access_types()))]
    resource_type: Option<String>,
    /// Public network access of the resources. Possible values are `Enabled`, `Disabled` and
    /// `SecuredByPerimeter`. A resource without a value counts as `Enabled`. If omitted, lists
    /// resources with every value.
    #[tf(check = validators::one_of(&["Enabled", "Disabled", "SecuredByPerimeter"]))]
    public_network_access: Option<String>,
}

impl ArmList for Flags {
    const NAME: &'static str = "azureai_public_network_access";
    const LABEL: &'static str = "resources with a public network access flag";

    fn sources(&self) -> Vec<Source> {
        let served = public_access().filter(|access| match &self.resource_type {
            Some(wanted) => wanted == access.arm_type.name,
            None => service(access.arm_type.name).is_some_and(|it| it.workspace_role.is_some()),
        });
        served.map(|access| Source::Type(access.arm_type)).collect()
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let wanted = self.public_network_access.as_ref();
        let access = public_access_of(id)
            .filter(|access| wanted.is_none_or(|wanted| *wanted == access.flag(object)));
        // A project has the flag of its hub.
        match access.filter(|_| !is_project(object)) {
            Some(access) => itself(id, access.arm_type.name),
            None => Vec::new(),
        }
    }
}
