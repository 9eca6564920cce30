//! `azureai_public_network_access`, the list

use crate::engine::list::{ArmList, ListScope, Source, itself};
use crate::private_link::services::{PUBLIC_ACCESS_TYPES, services};
use crate::private_link::workspaces::is_project;
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;

/// Finds the resources that have a public network access flag: workspaces (hubs), storage accounts,
/// key vaults, container registries, AI services accounts and search services.
#[derive(Model, Clone, Debug)]
pub struct Flags {
    #[tf(flatten)]
    scope: ListScope,
    /// Type of the resources, such as `Microsoft.Storage/storageAccounts`. Without it, all of them.
    #[tf(check = validators::one_of(PUBLIC_ACCESS_TYPES))]
    resource_type: Option<String>,
    /// The flag: `Enabled`, `Disabled` or `SecuredByPerimeter`. A resource that was never told has
    /// `Enabled`.
    #[tf(check = validators::one_of(&["Enabled", "Disabled", "SecuredByPerimeter"]))]
    public_network_access: Option<String>,
}

impl ArmList for Flags {
    const NAME: &'static str = "azureai_public_network_access";
    const LABEL: &'static str = "resources with a public network access flag";

    fn scope(&self) -> &ListScope {
        &self.scope
    }

    fn sources(&self) -> Result<Vec<Source>, Diagnostic> {
        let wanted = |ty: &str| self.resource_type.as_ref().is_none_or(|wanted| wanted == ty);
        let types = services().filter(|service| service.public_access.is_some());
        let types = types.map(|service| service.arm_type).filter(|ty| wanted(ty.name));
        Ok(types.map(|ty| Source::Type((ty.name, ty.api_version))).collect())
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let flag = object["properties"]["publicNetworkAccess"].as_str().unwrap_or("Enabled");
        let wanted = self.public_network_access.as_ref();
        let wanted = wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(flag));
        let ty = PUBLIC_ACCESS_TYPES.iter().find(|ty| id.is_type(ty));
        // A project has the flag of its hub.
        match ty.filter(|_| wanted && !is_project(object)) {
            Some(ty) => itself(id, ty),
            None => Vec::new(),
        }
    }
}
