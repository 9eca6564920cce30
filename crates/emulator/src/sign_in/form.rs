//! Form of a token request, and errors of the token endpoint.

use serde_json::json;

use crate::clock;
use crate::guid::fixed_guid;
use crate::request::HttpRequest;
use crate::response::HttpResponse;

/// An error in the form of the token endpoint.
pub(super) struct Refusal {
    status: u16,
    error: &'static str,
    number: u32,
    text: String,
}

impl Refusal {
    /// Creates an error with an AADSTS number.
    pub(super) fn new(
        status: u16,
        error: &'static str,
        number: u32,
        text: impl Into<String>,
    ) -> Self {
        Self { status, error, number, text: text.into() }
    }

    /// Creates the error for a tenant that does not exist.
    pub(super) fn no_tenant(tenant: &str) -> Self {
        let text = format!("Tenant '{tenant}' not found.");
        Self::new(400, "invalid_request", 90002, text)
    }
}

impl From<Refusal> for HttpResponse {
    fn from(refusal: Refusal) -> Self {
        let Refusal { status, error, number, text } = refusal;
        let trace = fixed_guid("trace");
        let body = json!({
            "error": error,
            "error_description": format!("AADSTS{number}: {text} Trace ID: {trace}"),
            "error_codes": [number],
            "timestamp": clock::stamp(clock::real()),
            "trace_id": trace.to_string(),
            "correlation_id": trace.to_string(),
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
        });
        Self::new(status, Some(body))
    }
}

/// Fields of a form.
pub(super) struct Form(pub(super) Vec<(String, String)>);

impl Form {
    /// Parses the form in the body of a request.
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self(url::form_urlencoded::parse(&request.body).into_owned().collect())
    }

    /// Returns a field, or an empty text.
    pub(super) fn field(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}
