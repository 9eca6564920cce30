//! What requests say of who sends them, and settings of azurerm's that have no effect here.

use super::inputs::Inputs;
use crate::validators;
use plugin::prelude::*;

/// What requests say of who sends them.
#[derive(Model)]
pub struct Requests {
    /// GUID of a partner, to be sent with each request. Or `ARM_PARTNER_ID`. Nothing is sent
    /// without it.
    #[tf(check = validators::guid())]
    partner_id: Option<String>,
    /// Whether requests are sent without the ID that all of one run share. Or
    /// `ARM_DISABLE_CORRELATION_REQUEST_ID`. The ID itself can be set by
    /// `ARM_CORRELATION_REQUEST_ID`.
    disable_correlation_request_id: Option<bool>,
    /// Accepted, and without effect: no partner's ID is sent but your own.
    disable_terraform_partner_id: Option<bool>,
    /// Accepted, and without effect: resource providers are never registered.
    resource_provider_registrations: Option<String>,
    /// Accepted, and without effect: resource providers are never registered.
    resource_providers_to_register: Option<Vec<String>>,
    /// Accepted, and without effect: resource providers are never registered.
    skip_provider_registration: Option<bool>,
    /// Accepted, and without effect: the data of storage accounts is never touched.
    storage_use_azuread: Option<bool>,
}

/// What requests say, with the environment taken into account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// What follows the provider's own name in `User-Agent`.
    pub user_agent: String,
    /// The ID that all requests share: none, a given one, or one that is made.
    pub correlation_id: Correlation,
}

/// The ID that all requests of a run share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correlation {
    /// None is sent.
    Off,
    /// This one.
    Given(String),
    /// A new one.
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

/// What a header can carry of a text.
fn printable(text: &str) -> String {
    let text: String = text.chars().filter(|c| (' '..='~').contains(c)).collect();
    text.trim().to_owned()
}
