//! The credentials of a connection: the keys of each `auth_type`, and azurerm's names of them.

use super::target;
use crate::engine::prelude::*;

/// Credentials with custom keys.
pub(super) const CUSTOM_KEYS: &str = "CustomKeys";

/// The values of `auth_type` (API specification, and two kinds of managed identity from Microsoft's
/// templates).
pub(super) const AUTH_TYPES: &[&str] = &[
    "AAD",
    "AccessKey",
    "AccountKey",
    "AccountManagedIdentity",
    "ApiKey",
    CUSTOM_KEYS,
    "ManagedIdentity",
    "None",
    "OAuth2",
    "PAT",
    "ProjectManagedIdentity",
    "SAS",
    "ServicePrincipal",
    "UsernamePassword",
];

/// Returns the keys of an `auth_type`, separated by blanks. The first one is required.
fn names(auth_type: &str) -> &'static str {
    match auth_type {
        "AccessKey" => "accessKeyId secretAccessKey",
        "AccountKey" | "ApiKey" => "key",
        "ManagedIdentity" => "clientId resourceId",
        "OAuth2" => {
            "clientId authUrl clientSecret developerToken password refreshToken tenantId username"
        }
        "PAT" => "pat",
        "SAS" => "sas",
        "ServicePrincipal" => "clientId clientSecret tenantId",
        "UsernamePassword" => "username password securityToken",
        _ => "",
    }
}

/// Returns the `auth_type` of a configuration, as far as it is known.
fn auth_type(config: &Value) -> Option<&str> {
    if !config.get("auth_type").is_null() {
        return config.get("auth_type").as_str();
    }
    let id = ResourceId::parse(config.get("target_resource_id").as_str()?).ok()?;
    target::of(&id).map(|target| target.auth_type)
}

/// Returns the attribute that holds the credentials.
fn given(config: &Value) -> Option<&'static str> {
    ["credentials", "credentials_wo"].into_iter().find(|name| !config.get(name).is_null())
}

/// Checks that credentials are set once, with the keys of the `auth_type`.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if config.get("credentials").is_given() && config.get("credentials_wo").is_given() {
        let detail = "Remove `credentials`, or `credentials_wo`.";
        let path = Path::of("credentials_wo");
        found.push(Diagnostic::error("The credentials are set twice", detail).at(path));
    }
    let (Some(attribute), Some(auth)) = (given(config), auth_type(config)) else { return found };
    let Some(secrets) = config.get(attribute).as_map().filter(|_| auth != CUSTOM_KEYS) else {
        return found;
    };
    let known: Vec<&str> = names(auth).split_whitespace().collect();
    let takes = match known.as_slice() {
        [] => "This `auth_type` has no credentials. Remove them.".to_owned(),
        known => format!("This `auth_type` accepts the keys `{}`.", known.join("`, `")),
    };
    if let Some(odd) = secrets.keys().find(|name| !known.contains(&name.as_str())) {
        let summary = format!("`{odd}` is not a credential of {auth}");
        let path = Path::of(attribute).key(odd);
        found.push(Diagnostic::error(summary, takes).at(path));
    } else if let Some(first) = known.first().filter(|first| !secrets.contains_key(**first)) {
        let summary = format!("A connection of {auth} needs the credential `{first}`");
        found.push(Diagnostic::error(summary, takes).at(Path::of(attribute)));
    }
    found
}

/// Checks that a new connection has its required credentials. An imported connection has them in
/// Azure.
pub(super) fn plan(change: &Change<'_>) -> Diagnostics {
    let makes = change.prior.is_null() || !change.replace.is_empty();
    let makes = makes && !change.planned.is_null();
    let Some(auth) = auth_type(change.config).filter(|_| makes && given(change.config).is_none())
    else {
        return Diagnostics::new();
    };
    let first = match names(auth).split_whitespace().next() {
        None if auth != CUSTOM_KEYS => return Diagnostics::new(),
        None => "NAME",
        Some(first) => first,
    };
    let more = match target_category(change.config) {
        Some("AppInsights") => " The value is the component's connection string.",
        Some("ContainerRegistry") => {
            " The value is the client ID of the identity that pulls the images."
        }
        _ => "",
    };
    let summary = format!("A connection of {auth} needs credentials");
    let detail = format!(
        "Set `credentials = {{ {first} = ... }}`, or set `credentials_wo`, which is never stored \
         in the state.{more}"
    );
    Diagnostic::error(summary, detail).at(Path::of("credentials")).into()
}

/// Returns the category that follows from the target resource.
fn target_category(config: &Value) -> Option<&'static str> {
    let id = ResourceId::parse(config.get("target_resource_id").as_str()?).ok()?;
    target::of(&id).map(|target| target.category(&Json::Null))
}

const OF_ACCOUNT: &str = "azurerm_cognitive_account_connection_";
const OF_PROJECT: &str = "azurerm_cognitive_account_project_connection_";

/// azurerm's types: one for each `auth_type`.
pub(super) const AZURERM: &[AzurermType] = &[
    AzurermType::all("azurerm_cognitive_account_connection_account_key"),
    AzurermType::all("azurerm_cognitive_account_connection_account_managed_identity"),
    AzurermType::all("azurerm_cognitive_account_connection_api_key"),
    AzurermType::all("azurerm_cognitive_account_connection_custom_keys"),
    AzurermType::all("azurerm_cognitive_account_connection_entra_id"),
    AzurermType::all("azurerm_cognitive_account_project_connection_account_key"),
    AzurermType::all("azurerm_cognitive_account_project_connection_api_key"),
    AzurermType::all("azurerm_cognitive_account_project_connection_custom_keys"),
    AzurermType::all("azurerm_cognitive_account_project_connection_entra_id"),
];

/// Translates a state of azurerm into this provider's attributes.
pub(super) fn translate(ty: &str, stored: &mut Stored) {
    let way = ty.strip_prefix(OF_PROJECT).or(ty.strip_prefix(OF_ACCOUNT));
    let (auth, secret) = match way {
        Some("account_key") => ("AccountKey", "account_key"),
        Some("account_managed_identity") => ("AccountManagedIdentity", ""),
        Some("api_key") => ("ApiKey", "api_key"),
        Some("custom_keys") => (CUSTOM_KEYS, "custom_keys"),
        Some("entra_id") => ("AAD", ""),
        _ => return,
    };
    stored.insert("auth_type".to_owned(), json!(auth));
    let secrets = match stored.remove(secret) {
        Some(Json::String(key)) => json!({ "key": key }),
        Some(keys @ Json::Object(_)) => keys,
        _ => return,
    };
    stored.insert("credentials".to_owned(), secrets);
}
