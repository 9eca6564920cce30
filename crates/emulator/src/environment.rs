//! Environment variables by which clients find the emulator, trust it, and sign in.

use std::fmt::Write as _;

use crate::world::settings::Settings;

/// Client that needs variables beside those of [`Client::Azureai`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Terraform with azureai. All other clients need its variables, too.
    Azureai,
    /// Terraform with azurerm.
    Azurerm,
    /// Terraform with azapi, which needs `environment = "custom"` in its provider block.
    Azapi,
    /// The Azure CLI and the SDKs for Python.
    AzureCli,
}

/// Environment variable of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Client that reads the variable.
    pub client: Client,
    /// Name of the variable.
    pub name: &'static str,
    /// Value, which is a URL, a host, a GUID, a path or a word.
    pub value: String,
}

/// Returns the variables of all clients. Without the authority's file on the client's machine, the
/// two variables that name the file are missing.
pub(crate) fn variables(settings: &Settings, ca: Option<&str>) -> Vec<Variable> {
    let base = settings.base.as_str();
    let host = base.trim_start_matches("https://");
    let all = [
        (Client::Azureai, "SSL_CERT_FILE", ca),
        (Client::Azureai, "ARM_METADATA_HOSTNAME", Some(host)),
        (Client::Azureai, "ARM_SUBSCRIPTION_ID", Some(&*settings.subscription)),
        (Client::Azureai, "ARM_TENANT_ID", Some(&*settings.tenant)),
        (Client::Azureai, "ARM_CLIENT_ID", Some(&*settings.client_id)),
        (Client::Azureai, "ARM_CLIENT_SECRET", Some(&*settings.client_secret)),
        (Client::Azurerm, "ARM_RESOURCE_PROVIDER_REGISTRATIONS", Some("none")),
        // azapi 2.12.0 does not read ARM_METADATA_HOSTNAME, see its internal/provider/provider.go.
        (Client::Azapi, "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", Some(base)),
        (Client::Azapi, "ARM_RESOURCE_MANAGER_ENDPOINT", Some(base)),
        (Client::Azapi, "ARM_RESOURCE_MANAGER_AUDIENCE", Some(base)),
        (Client::Azapi, "ARM_DISABLE_INSTANCE_DISCOVERY", Some("true")),
        (Client::AzureCli, "REQUESTS_CA_BUNDLE", ca),
        (Client::AzureCli, "AZURE_CORE_INSTANCE_DISCOVERY", Some("no")),
    ];
    let set = all.into_iter().filter_map(|(client, name, value)| {
        Some(Variable { client, name, value: value?.to_owned() })
    });
    set.collect()
}

impl Variable {
    /// Returns `export NAME='VALUE'`, for a POSIX shell.
    #[must_use]
    pub fn to_export(&self) -> String {
        format!("export {}='{}'", self.name, self.value.replace('\'', r"'\''"))
    }
}

/// Returns a line `NAME=VALUE` for each variable, as in `$GITHUB_ENV` and in an env file of Docker.
pub(crate) fn lines(variables: &[Variable]) -> String {
    variables.iter().fold(String::new(), |mut text, one| {
        let _ = writeln!(text, "{}={}", one.name, one.value);
        text
    })
}

/// Returns a line `export NAME='VALUE'` for each variable.
pub(crate) fn exports(variables: &[Variable]) -> String {
    variables.iter().map(|one| one.to_export() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_quote_for_the_shell() {
        let (client, name) = (Client::Azureai, "SSL_CERT_FILE");
        let variable = Variable { client, name, value: "/it's here/ca.pem".to_owned() };
        assert_eq!(variable.to_export(), r"export SSL_CERT_FILE='/it'\''s here/ca.pem'");
    }
}
