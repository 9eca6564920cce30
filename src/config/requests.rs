//! Headers that identify the sender of a request, and azurerm's arguments that have no effect here.

use super::inputs::Inputs;
use crate::validators;
use plugin::prelude::*;

/// Arguments for the headers of requests.
#[derive(Model)]
pub struct Requests {
    /// GUID of a partner, which each request carries. Can also be set by the `ARM_PARTNER_ID`
    /// environment variable. If omitted, requests carry no partner ID.
    #[tf(check = validators::guid())]
    partner_id: Option<String>,
    /// If `true`, requests carry no correlation ID. Can also be set by the
    /// `ARM_DISABLE_CORRELATION_REQUEST_ID` environment variable. Defaults to `false`: requests
    /// carry the ID in the `ARM_CORRELATION_REQUEST_ID` environment variable, or a generated ID.
    disable_correlation_request_id: Option<bool>,
    /// Accepted for compatibility with azurerm. Has no effect: the provider sends no partner ID
    /// except `partner_id`.
    disable_terraform_partner_id: Option<bool>,
    /// Accepted for compatibility with azurerm. Has no effect: the provider never registers
    /// resource providers.
    resource_provider_registrations: Option<String>,
    /// Accepted for compatibility with azurerm. Has no effect: the provider never registers
    /// resource providers.
    resource_providers_to_register: Option<Vec<String>>,
    /// Accepted for compatibility with azurerm. Has no effect: the provider never registers
    /// resource providers.
    skip_provider_registration: Option<bool>,
    /// Accepted for compatibility with azurerm. Has no effect: the provider never accesses the data
    /// of storage accounts.
    storage_use_azuread: Option<bool>,
}

/// The headers, combined with the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Text after the provider's name in `User-Agent`.
    pub user_agent: String,
    /// The correlation ID of all requests.
    pub correlation_id: Correlation,
}

/// The correlation ID of all requests in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correlation {
    /// Requests carry no ID.
    Off,
    /// Requests carry this ID.
    Given(String),
    /// Requests carry a generated ID.
    Made,
}

impl Requests {
    pub(super) fn resolve(&self, inputs: &Inputs<'_>) -> Result<Headers, Diagnostic> {
        let argument = self.disable_correlation_request_id;
        let off = inputs.switch("disable_correlation_request_id", argument, false)?;
        let given = inputs.outside("ARM_CORRELATION_REQUEST_ID");
        let partner = inputs.text("partner_id", self.partner_id.as_deref());
        let suffix = inputs.outside("AZURE_HTTP_USER_AGENT");
        let parts =
            [partner.map(|given| format!("pid-{}", given.value)), suffix.map(|given| given.value)];
        let parts: Vec<String> = parts.into_iter().flatten().map(|text| printable(&text)).collect();
        Ok(Headers {
            user_agent: parts.join(" "),
            correlation_id: match given {
                _ if off.on => Correlation::Off,
                Some(given) => Correlation::Given(printable(&given.value)),
                None => Correlation::Made,
            },
        })
    }
}

/// Returns the characters of a text that a header can carry.
fn printable(text: &str) -> String {
    let text: String = text.chars().filter(|c| (' '..='~').contains(c)).collect();
    text.trim().to_owned()
}
