//! One request to ARM and its answer, as plain data: nothing here sends, waits or knows a client.

use crate::error::{Error, ErrorKind, plain_text};
use crate::retry;
use azure_core::http::Method;
use azure_core::http::headers::Headers;
use bytes::Bytes;
use serde_json::Value as Json;
use std::time::{Duration, SystemTime};
use url::Url;

/// The precondition of a write (RFC 9110, 13.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// None.
    None,
    /// The resource is still the one with this etag.
    IfMatch(String),
    /// There is no such resource yet.
    IfNoneMatch,
}

impl Condition {
    /// That a resource is still as it was read, where its type has etags.
    pub(crate) fn unchanged(resource: &GenericResource) -> Self {
        resource.etag().map_or(Self::None, |etag| Self::IfMatch(etag.to_owned()))
    }
}

/// A resource as ARM answered it.
#[derive(Clone, Debug)]
pub struct GenericResource {
    /// Its body, a JSON object.
    pub body: Json,
}

impl GenericResource {
    /// The resource's etag, where its type has one.
    pub fn etag(&self) -> Option<&str> {
        self.body["etag"].as_str().filter(|etag| !etag.is_empty())
    }
}

/// One request.
pub(crate) struct ArmRequest<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<&'a Json>,
    pub(crate) condition: Condition,
    /// How often in a row the connection may fail, where the request is repeated.
    pub(crate) max_connection_errors: u32,
    /// If `true`, that something else is in the way is an answer: the whole change is made again
    /// then, not the request.
    pub(crate) conflict_is_final: bool,
}

impl<'a> ArmRequest<'a> {
    /// A read, which is repeated while its error is a transient one.
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

    /// A write, which is sent once.
    pub(crate) fn write(
        method: Method,
        url: Url,
        body: Option<&'a Json>,
        condition: Condition,
    ) -> Self {
        let max_connection_errors = 1;
        Self { method, url, body, condition, max_connection_errors, conflict_is_final: true }
    }

    /// What the answer to it, or the lack of one, is worth.
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
            // What was read only in part, or from someone between, is read again.
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

/// What an answer, or the lack of one, is worth.
pub(crate) enum Verdict {
    /// It is the answer.
    Final(ArmResponse),
    /// The token was refused.
    Unauthorized(ArmResponse),
    /// A repetition may be answered better.
    Transient {
        error: Error,
        /// What the answer asks to wait.
        retry_after: Option<Duration>,
        /// If `true`, there was no answer to understand: it counts as a connection that failed.
        connection: bool,
    },
    /// No repetition helps.
    Permanent(Error),
}

/// An answer of the service, whatever its status.
pub(crate) struct ArmResponse {
    /// What was asked.
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

    /// Whether it is a 404 that ARM cannot have written: it tells nothing of what was asked for.
    fn is_foreign_404(&self) -> bool {
        self.status == 404 && self.json().is_err()
    }

    /// Its body; null where there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when it is no JSON.
    pub(crate) fn json(&self) -> Result<Json, Error> {
        if self.body.is_empty() {
            return Ok(Json::Null);
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let words = plain_text(&self.body);
            self.decode_error(&format!("is no JSON: {error}. It begins with: {words}"))
        })
    }

    /// The resource that it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when it is none.
    pub(crate) fn resource(&self) -> Result<GenericResource, Error> {
        let body = self.json()?;
        if !body.is_object() {
            return Err(self.decode_error("is no resource: a JSON object is expected."));
        }
        // A write under no condition would follow from an etag that is read as none.
        if !matches!(body["etag"], Json::Null | Json::String(_)) {
            return Err(self.decode_error("has an `etag` that is no text."));
        }
        Ok(GenericResource { body })
    }

    /// The error that this answer is not what it must be.
    pub(crate) fn decode_error(&self, what: &str) -> Error {
        // Without the query: that of an operation's address is signed.
        let (origin, path) = (self.url.origin().ascii_serialization(), self.url.path());
        let text = format!("The answer of {origin}{path} {what}");
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

    /// An error with the IDs that the answer has.
    pub(crate) fn identified(&self, error: Error) -> Error {
        let id = |name| self.header(name).map(str::to_owned);
        error.with_ids(id("x-ms-request-id"), id("x-ms-correlation-request-id"))
    }
}
