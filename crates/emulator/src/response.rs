//! A response, before its conversion to HTTP.

use serde_json::Value;

use crate::arm_error::ArmError;

/// A status, headers, and an optional JSON body.
#[derive(Debug, Clone)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
}

impl HttpResponse {
    /// Creates a response without additional headers.
    pub(crate) fn new(status: u16, body: Option<Value>) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// Creates a response with status 200 and a body.
    pub(crate) fn ok(body: Value) -> Self {
        Self::new(200, Some(body))
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl From<ArmError> for HttpResponse {
    fn from(error: ArmError) -> Self {
        let mut response = Self::new(error.status, Some(error.body()));
        for (name, value) in &error.headers {
            response.headers.push(((*name).to_owned(), value.clone()));
        }
        if error.status >= 400 {
            response.headers.push(("x-ms-failure-cause".to_owned(), "gateway".to_owned()));
            response.headers.push(("x-ms-error-code".to_owned(), error.code.into_string()));
        }
        response
    }
}
