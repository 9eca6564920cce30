//! azurerm's types of an account, and the names of their attributes.

use super::KIND;
use crate::engine::prelude::*;

const ACCOUNT: &str = "azurerm_cognitive_account";
const SERVICES: &str = "azurerm_ai_services";

/// azurerm's types.
pub(super) const AZURERM: &[AzurermType] =
    &[AzurermType::some(ACCOUNT, "of kind `AIServices`"), AzurermType::all(SERVICES)];

/// Translates a state of azurerm into this provider's attributes.
pub(super) fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
    if ty != SERVICES {
        accepts(stored.get("kind").and_then(Json::as_str).unwrap_or(KIND))?;
    }
    if let Some(Json::Bool(enabled)) = stored.remove("public_network_access_enabled") {
        let access = if enabled { "Enabled" } else { "Disabled" };
        stored.insert("public_network_access".to_owned(), json!(access));
    }
    if let Some(enabled) = stored.remove("local_authentication_enabled") {
        stored.insert("local_auth_enabled".to_owned(), enabled);
    }
    if let Some(injection) = stored.remove("network_injection")
        && let Some(subnet) = injection[0]["subnet_id"].as_str().filter(|it| !it.is_empty())
    {
        stored.insert("agent_subnet_id".to_owned(), json!(subnet));
    }
    Ok(())
}

/// Checks that this provider manages accounts of the kind.
fn accepts(kind: &str) -> Result<(), Diagnostic> {
    if kind.eq_ignore_ascii_case(KIND) {
        return Ok(());
    }
    let summary = format!("An account of kind {kind} cannot be an azureai_foundry_account");
    let detail = format!(
        "This resource manages accounts of kind {KIND}. Keep the account in the provider that \
         manages it now. azureai_private_endpoint and azureai_public_network_access accept its ID."
    );
    Err(Diagnostic::error(summary, detail))
}
