//! The source of a setting: an argument, or the first environment variable that is set.

use super::Environment;
use plugin::prelude::*;
use std::cell::RefCell;
use std::fmt;

/// The environment variables of each argument. The first one that is set wins: azurerm's variables,
/// then those of azapi and of the pipelines.
pub(super) const VARIABLES: &[(&str, &[&str])] = &[
    ("subscription_id", &["ARM_SUBSCRIPTION_ID"]),
    ("tenant_id", &["ARM_TENANT_ID"]),
    ("auxiliary_tenant_ids", &["ARM_AUXILIARY_TENANT_IDS"]),
    ("client_id", &["ARM_CLIENT_ID"]),
    ("client_id_file_path", &["ARM_CLIENT_ID_FILE_PATH"]),
    ("client_certificate", &["ARM_CLIENT_CERTIFICATE"]),
    ("client_certificate_path", &["ARM_CLIENT_CERTIFICATE_PATH"]),
    ("client_certificate_password", &["ARM_CLIENT_CERTIFICATE_PASSWORD"]),
    ("client_secret", &["ARM_CLIENT_SECRET"]),
    ("client_secret_file_path", &["ARM_CLIENT_SECRET_FILE_PATH"]),
    ("use_oidc", &["ARM_USE_OIDC"]),
    ("oidc_token", &["ARM_OIDC_TOKEN"]),
    ("oidc_token_file_path", &["ARM_OIDC_TOKEN_FILE_PATH"]),
    (
        "oidc_request_token",
        &["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"],
    ),
    (
        "oidc_request_url",
        &["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"],
    ),
    (
        "ado_pipeline_service_connection_id",
        &[
            "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
            "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
        ],
    ),
    ("use_aks_workload_identity", &["ARM_USE_AKS_WORKLOAD_IDENTITY"]),
    ("use_msi", &["ARM_USE_MSI"]),
    ("msi_endpoint", &["ARM_MSI_ENDPOINT"]),
    ("msi_api_version", &["ARM_MSI_API_VERSION"]),
    ("use_cli", &["ARM_USE_CLI"]),
    ("environment", &["ARM_ENVIRONMENT"]),
    ("metadata_host", &["ARM_METADATA_HOSTNAME"]),
    ("resource_manager_endpoint", &["ARM_RESOURCE_MANAGER_ENDPOINT"]),
    ("resource_manager_audience", &["ARM_RESOURCE_MANAGER_AUDIENCE"]),
    ("active_directory_authority_host", &["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"]),
    ("partner_id", &["ARM_PARTNER_ID"]),
    ("disable_correlation_request_id", &["ARM_DISABLE_CORRELATION_REQUEST_ID"]),
];

/// Returns the first variable of an argument.
pub(super) fn variable(name: &str) -> &'static str {
    let known = VARIABLES.iter().find(|(known, _)| *known == name);
    known.and_then(|(_, variables)| variables.first()).copied().unwrap_or_default()
}

/// The source of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Argument,
    Variable(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => out.write_str("the provider's configuration"),
            Self::Variable(name) => write!(out, "the environment variable {name}"),
        }
    }
}

/// An input that is set. Messages never show its value.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) origin: Origin,
}

/// A Boolean input.
#[derive(Clone, Copy)]
pub(super) struct Switch {
    pub(super) on: bool,
    /// The source of the switch, if it is set.
    pub(super) origin: Option<Origin>,
}

/// Reads inputs and records the source of each.
pub(super) struct Inputs<'e> {
    environment: &'e Environment,
    /// The arguments that are set to a value that is still unknown.
    unknown: &'e [&'static str],
    seen: RefCell<Vec<(&'static str, Origin)>>,
}

impl<'e> Inputs<'e> {
    pub(super) fn new(environment: &'e Environment, unknown: &'e [&'static str]) -> Self {
        Self { environment, unknown, seen: RefCell::default() }
    }

    /// Returns a text. An empty text counts as not set; an empty argument also hides the variables.
    pub(super) fn text(&self, name: &'static str, argument: Option<&str>) -> Option<Given> {
        let given = argument.map(|text| (text.to_owned(), Origin::Argument));
        let (value, origin) = given.or_else(|| self.variable_of(name))?;
        if value.is_empty() {
            return None;
        }
        self.seen.borrow_mut().push((name, origin));
        Some(Given { name, value, origin })
    }

    /// Returns a switch. The words are those of Go's `strconv.ParseBool`, which azurerm uses.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable holds neither `true` nor `false`.
    pub(super) fn switch(
        &self,
        name: &'static str,
        argument: Option<bool>,
        default: bool,
    ) -> Result<Switch, Diagnostic> {
        let (on, origin) = match (argument, self.variable_of(name)) {
            (Some(on), _) => (on, Some(Origin::Argument)),
            (None, None) => (default, None),
            (None, Some((text, origin))) => {
                (parse(&text).map_err(|()| refuse(name, origin))?, Some(origin))
            }
        };
        if let Some(origin) = origin {
            self.seen.borrow_mut().push((name, origin));
        }
        Ok(Switch { on, origin })
    }

    /// Returns the value of a variable that belongs to no argument.
    pub(super) fn outside(&self, variable: &'static str) -> Option<Given> {
        let value = (self.environment)(variable).filter(|text| !text.is_empty())?;
        let origin = Origin::Variable(variable);
        Some(Given { name: variable, value, origin })
    }

    /// Returns the environment.
    pub(super) fn environment(&self) -> &'e Environment {
        self.environment
    }

    /// Returns a paragraph that lists the source of each of these inputs.
    pub(super) fn told(&self, names: &[&str]) -> String {
        let seen = self.seen.borrow();
        let mut lines: Vec<String> = Vec::new();
        for (name, origin) in seen.iter().filter(|(name, _)| names.contains(name)) {
            let line = format!("  - `{name}` from {origin}");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    fn variable_of(&self, name: &str) -> Option<(String, Origin)> {
        let (known, variables) = VARIABLES.iter().find(|(known, _)| *known == name)?;
        if self.unknown.contains(known) {
            return None;
        }
        variables.iter().find_map(|variable| {
            let value = (self.environment)(variable).filter(|text| !text.is_empty())?;
            Some((value, Origin::Variable(variable)))
        })
    }
}

fn parse(text: &str) -> Result<bool, ()> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(()),
    }
}

fn refuse(name: &str, origin: Origin) -> Diagnostic {
    Diagnostic::error(
        format!("`{name}` is neither true nor false"),
        format!("The value comes from {origin}. Set it to true or false."),
    )
    .at(Path::of(name))
}
