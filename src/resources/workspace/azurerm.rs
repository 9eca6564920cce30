//! azurerm's types of a workspace, and the names of their attributes.

use super::{HUB, PROJECT};
use crate::engine::prelude::*;

const FOUNDRY: &str = "azurerm_ai_foundry";
const FOUNDRY_PROJECT: &str = "azurerm_ai_foundry_project";
const WORKSPACE: &str = "azurerm_machine_learning_workspace";

/// azurerm's types.
pub(super) const AZURERM: &[AzurermType] = &[
    AzurermType::all(FOUNDRY),
    AzurermType::all(FOUNDRY_PROJECT),
    AzurermType::some(WORKSPACE, "of kind `Hub` or `Project`"),
];

/// Translates a state of azurerm into this provider's attributes.
pub(super) fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
    match ty {
        FOUNDRY_PROJECT => {
            stored.insert("kind".to_owned(), json!(PROJECT));
            rename(stored, "ai_services_hub_id", "hub_id");
            rename(stored, "project_id", "workspace_id");
        }
        WORKSPACE => {
            accepts(stored.get("kind").and_then(Json::as_str).unwrap_or("Default"))?;
            rename(stored, "high_business_impact", "high_business_impact_enabled");
            let access = match stored.get("public_network_access_enabled") {
                Some(Json::Bool(true)) => json!("Enabled"),
                Some(Json::Bool(false)) => json!("Disabled"),
                _ => Json::Null,
            };
            stored.insert("public_network_access".to_owned(), access);
        }
        _ => {
            stored.insert("kind".to_owned(), json!(HUB));
        }
    }
    let network = stored.get("managed_network").and_then(|networks| networks.get(0));
    if network.is_some_and(|network| network["isolation_mode"] == "Disabled") {
        // Azure gives every hub a disabled network, and azurerm's state contains it.
        stored.remove("managed_network");
    }
    Ok(())
}

/// Checks that this provider manages workspaces of the kind.
pub(super) fn accepts(kind: &str) -> Result<(), Diagnostic> {
    if [HUB, PROJECT].iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return Ok(());
    }
    let summary = format!("A workspace of kind {kind} cannot be an azureai_workspace");
    let detail = format!(
        "This resource manages workspaces of kind {HUB} and {PROJECT}. Keep the workspace in the \
         provider that manages it now. azureai_private_endpoint and azureai_public_network_access \
         accept its ID."
    );
    Err(Diagnostic::error(summary, detail))
}

fn rename(stored: &mut Stored, from: &str, to: &str) {
    if let Some(value) = stored.remove(from) {
        stored.insert(to.to_owned(), value);
    }
}
