//! A request to ARM and its response as plain data. Nothing here sends or waits.

use crate::error::{Error, ErrorKind, plain_text};
use crate::retry;
use azure_core::http::Method;
use azure_core::http::headers::Headers;
use bytes::Bytes;
use serde_json::Value as Json;
use std::time::{Duration, SystemTime};
use url::Url;

/// Precondition of a write (RFC 9110, 13.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// No condition.
    None,
    /// The resource has this etag.
    IfMatch(String),
    /// The resource does not exist.
    IfNoneMatch,
}

impl Condition {
    /// Returns the condition that a resource is unchanged since it was read, if it has an etag.
    pub(crate) fn unchanged(resource: &GenericResource) -> Self {
        resource.etag().map_or(Self::None, |etag| Self::IfMatch(etag.to_owned()))
    }
}

/// A resource as ARM returns it.
#[derive(Clone, Debug)]
pub struct GenericResource {
    /// Body of the resource, a JSON object.
    pub body: Json,
}

impl GenericResource {
    /// Returns the etag of the resource, if its type has one.
    pub fn etag(&self) -> Option<&str> {
        self.body["etag"].as_str().filter(|etag| !etag.is_empty())
    }
}

/// A request to ARM.
pub(crate) struct ArmRequest<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<&'a Json>,
    pub(crate) condition: Condition,
    /// Maximum number of consecutive connection errors.
    pub(crate) max_connection_errors: u32,
    /// If `true`, a conflict ends the request: the caller repeats the whole change instead.
    pub(crate) conflict_is_final: bool,
}

impl<'a> ArmRequest<'a> {
    /// Returns a read, which is repeated after transient errors.
    pub(crate) fn get(url: Url) -> Self {
        Self {
            method: Method::Get,
            url,
            body: None,
            condition: Condition::None,
            max_connection_errors: retry::MAX_CONNECTION_ERRORS,
            conflict_is_final: false,
        }
    }

    /// Returns a write, which is sent once.
    pub(crate) fn write(
        method: Method,
        url: Url,
        body: Option<&'a Json>,
        condition: Condition,
    ) -> Self {
        let max_connection_errors = 1;
        Self { method, url, body, condition, max_connection_errors, conflict_is_final: true }
    }

    /// Classifies a response, or the lack of one.
    pub(crate) fn judge(&self, answered: Result<ArmResponse, Error>) -> Verdict {
        let unreadable = |error| Verdict::Transient { error, retry_after: None, connection: true };
        match answered {
            Ok(response) if response.status == 401 => Verdict::Unauthorized(response),
            Ok(response) if retry::is_transient_status(response.status) => {
                let error = response.error();
                if self.conflict_is_final && retry::is_busy(&error) {
                    return Verdict::Final(response);
                }
                let maybe = response.status >= 500 || response.status == 408;
                Verdict::Transient {
                    retry_after: response.retry_after(),
                    error: error.maybe_applied(maybe),
                    connection: false,
                }
            }
            // A partial response, or one from a proxy, is read again.
            Ok(response) if self.method == Method::Get && response.is_success() => {
                match response.json() {
                    Ok(_) => Verdict::Final(response),
                    Err(error) => unreadable(error),
                }
            }
            Ok(response) if self.method == Method::Get && response.is_foreign_404() => {
                unreadable(response.error())
            }
            Ok(response) => Verdict::Final(response),
            Err(error) if error.is_transient() => unreadable(error),
            Err(error) => Verdict::Permanent(error),
        }
    }
}

/// Classification of a response, or of the lack of one.
pub(crate) enum Verdict {
    /// Final response.
    Final(ArmResponse),
    /// ARM refused the token.
    Unauthorized(ArmResponse),
    /// A retry may succeed.
    Transient {
        error: Error,
        /// Time that the response asks to wait.
        retry_after: Option<Duration>,
        /// If `true`, no usable response arrived: this counts as a connection error.
        connection: bool,
    },
    /// A retry does not help.
    Permanent(Error),
}

/// Response of the service, with any status.
pub(crate) struct ArmResponse {
    /// URL of the request.
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

impl ArmResponse {
    pub(crate) fn header(&self, name: &'static str) -> Option<&str> {
        self.headers.get_optional_str(&name.into()).filter(|text| !text.is_empty())
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns `true` for a 404 that does not come from ARM, and so proves nothing.
    fn is_foreign_404(&self) -> bool {
        self.status == 404 && self.json().is_err()
    }

    /// Returns the body as JSON, or null if it is empty.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Decode`] if the body is not JSON.
    pub(crate) fn json(&self) -> Result<Json, Error> {
        if self.body.is_empty() {
            return Ok(Json::Null);
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let words = plain_text(&self.body);
            self.decode_error(&format!("is not JSON: {error}. It begins with: {words}"))
        })
    }

    /// Returns the resource in the body.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Decode`] if the body is not a resource.
    pub(crate) fn resource(&self) -> Result<GenericResource, Error> {
        let body = self.json()?;
        if !body.is_object() {
            return Err(self.decode_error("is not a JSON object, so it is not a resource."));
        }
        // Without its etag, the resource would be overwritten without a condition.
        if !matches!(body["etag"], Json::Null | Json::String(_)) {
            return Err(self.decode_error("has an `etag` that is not a string."));
        }
        Ok(GenericResource { body })
    }

    /// Returns the error for a response that cannot be decoded.
    pub(crate) fn decode_error(&self, what: &str) -> Error {
        // Without the query, because the query of an operation's URL contains a signature.
        let (origin, path) = (self.url.origin().ascii_serialization(), self.url.path());
        let text = format!("The response from {origin}{path} {what}");
        self.identified(Error::new(ErrorKind::Decode, text))
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(&self.headers, SystemTime::now())
    }

    pub(crate) fn error(&self) -> Error {
        let error = match self.status {
            300..=399 => Error::from_redirect(self.status, self.header("location")),
            _ => Error::from_response(self.status, &self.body),
        };
        self.identified(error).with_retry_after(self.retry_after())
    }

    /// Adds the IDs of the response to an error.
    pub(crate) fn identified(&self, error: Error) -> Error {
        let id = |name| self.header(name).map(str::to_owned);
        error.with_ids(id("x-ms-request-id"), id("x-ms-correlation-request-id"))
    }
}
