//! azurerm's outbound rules of hubs: azurerm has one resource for each type of rule.

use crate::engine::moves::AzurermType;
use plugin::prelude::*;

/// azurerm's types.
pub(super) const TYPES: &[AzurermType] = &[
    AzurermType::all("azurerm_machine_learning_workspace_network_outbound_rule_fqdn"),
    AzurermType::all("azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint"),
    AzurermType::all("azurerm_machine_learning_workspace_network_outbound_rule_service_tag"),
];

/// Translates a state of azurerm into this provider's attributes.
pub(super) fn translate(_ty: &str, stored: &mut Stored) {
    if let Some(workspace) = stored.remove("workspace_id") {
        stored.insert("parent_id".to_owned(), workspace);
    }
}
