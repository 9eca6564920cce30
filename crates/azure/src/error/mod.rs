//! Errors of this crate: one [`Error`] with an [`ErrorKind`] that says who acts. [`ErrorBody`] is
//! the wire form from which an error is created.
//!
//! | kind | meaning | who acts |
//! | --- | --- | --- |
//! | NotFound | the resource, or one that it needs, does not exist | the caller decides |
//! | AlreadyExists | a create found an existing resource | the user imports it |
//! | SignIn | signing in failed | the user corrects the credentials |
//! | Denied | the token was refused or lacks a permission | the user gets a role |
//! | Throttled | too many requests until the deadline | the user waits |
//! | Invalid | ARM rejects the request | the user changes it |
//! | Conflict | another operation or state was in the way until the deadline | the user waits |
//! | Timeout | the deadline has passed | the user raises the timeout |
//! | Cancelled | the call was canceled | nobody |
//! | Transport | ARM cannot be reached or failed | the user checks the network |
//! | Protocol | a response violates ARM's protocol, such as a redirect | a bug, here or in Azure |
//! | Decode | a body cannot be decoded | a bug, here or in Azure |

mod body;
mod kind;

pub use body::PolicyViolation;
pub use kind::ErrorKind;

pub(crate) use body::plain_text;
pub(crate) use kind::BUSY;

use body::{ErrorBody, no_envelope};
use serde_json::Value as Json;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// Error of a request, or of the operation that it started.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    kind: ErrorKind,
    status: Option<u16>,
    codes: Vec<String>,
    message: String,
    violations: Vec<PolicyViolation>,
    /// Last error or status before the time limit.
    last: Option<String>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    retry_after: Option<Duration>,
    /// If `true`, repeating the request does not help.
    permanent: bool,
    /// If `true`, ARM may have carried out the request.
    maybe_applied: bool,
    /// If `true`, an operation ended with a failure.
    operation_failed: bool,
}

impl Error {
    /// Creates an error that does not come from a response of ARM.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            status: None,
            codes: Vec::new(),
            message: message.into(),
            violations: Vec::new(),
            last: None,
            request_id: None,
            correlation_id: None,
            retry_after: None,
            permanent: false,
            maybe_applied: false,
            operation_failed: false,
        }))
    }

    /// Returns the error of a response of ARM.
    pub(crate) fn from_response(status: u16, body: &[u8]) -> Self {
        // The message of a body that is not JSON is its text.
        let parsed = serde_json::from_slice::<Json>(body).map(|body| ErrorBody::from_json(&body));
        let mut told = parsed.unwrap_or_default();
        if told.message.is_empty() {
            told.message = no_envelope(body);
        }
        Self::from_body(Some(status), told)
    }

    /// Returns the error of a failed operation from its status document.
    pub(crate) fn from_operation(document: &Json) -> Self {
        let inner = [&document["error"], &document["properties"]["error"]];
        let inner = inner.into_iter().find(|it| it.is_object());
        let mut told = inner.map(ErrorBody::from_json).unwrap_or_default();
        if told.message.is_empty() {
            let state = document["status"].as_str().unwrap_or("Failed");
            told.message =
                format!("The operation ended with the status {state:?} and without a message.");
        }
        Self::from_body(None, told).operation_failure()
    }

    fn from_body(status: Option<u16>, told: ErrorBody) -> Self {
        let mut error = Self::new(ErrorKind::from_status(status, &told.codes), told.message);
        error.0.status = status;
        error.0.codes = told.codes;
        error.0.violations = told.violations;
        error
    }

    /// Returns the error of an unexpected redirect.
    pub(crate) fn from_redirect(status: u16, to: Option<&str>) -> Self {
        let to: String = to.unwrap_or("nowhere").chars().take(200).collect();
        let message = format!(
            "the response redirects to {to:?}. The provider does not follow redirects, because \
             Azure Resource Manager sends none and its tokens must not reach other hosts. Check \
             whether a proxy requires a sign-in."
        );
        let mut error = Self::new(ErrorKind::Protocol, message);
        error.0.status = Some(status);
        error
    }

    /// Returns the error of a library, with the messages of all its causes.
    pub(crate) fn from_source(kind: ErrorKind, context: &str, source: &dyn StdError) -> Self {
        Self::new(kind, format!("{context}: {}.", message_chain(source)))
    }

    pub(crate) fn with_ids(mut self, request: Option<String>, correlation: Option<String>) -> Self {
        self.0.request_id = request.or(self.0.request_id);
        self.0.correlation_id = correlation.or(self.0.correlation_id);
        self
    }

    pub(crate) fn with_codes(mut self, codes: Vec<String>) -> Self {
        self.0.codes = codes;
        self
    }

    /// Appends a paragraph to the message.
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        if !note.is_empty() {
            self.0.message.push_str("\n\n");
            self.0.message.push_str(note);
        }
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Marks an error that a retry does not resolve.
    pub(crate) fn permanent(mut self) -> Self {
        self.0.permanent = true;
        self
    }

    /// Marks the error of a request that ARM may have carried out, if `maybe` is `true`.
    pub(crate) fn maybe_applied(mut self, maybe: bool) -> Self {
        self.0.maybe_applied |= maybe;
        self
    }

    /// Marks the failure of an operation.
    pub(crate) fn operation_failure(mut self) -> Self {
        self.0.operation_failed = true;
        self
    }

    /// Adds the last error before a timeout or cancellation, unless the error has one.
    pub(crate) fn after(mut self, last: &Error) -> Self {
        if self.is_timeout_or_cancelled() && self.0.last.is_none() {
            self.0.last = Some(last.to_string());
            self.0.codes.clone_from(&last.0.codes);
            self.0.request_id.clone_from(&last.0.request_id);
            self.0.correlation_id.clone_from(&last.0.correlation_id);
        }
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the HTTP status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns ARM's outermost code.
    pub fn code(&self) -> Option<&str> {
        self.0.codes.first().map(String::as_str)
    }

    /// Returns all of ARM's codes, outermost first.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.codes.iter().map(String::as_str)
    }

    /// Returns `true` if ARM sent the code, at any depth.
    pub fn code_is(&self, code: &str) -> bool {
        self.codes().any(|own| own.eq_ignore_ascii_case(code))
    }

    /// Returns the policies that deny the request.
    pub fn violations(&self) -> &[PolicyViolation] {
        &self.0.violations
    }

    /// Returns the request ID, by which Azure support finds the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns the correlation ID, which all requests of this client share.
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    /// Returns the time that ARM asks to wait before a retry.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns `true` if a retry of the request may succeed soon.
    pub(crate) fn is_transient(&self) -> bool {
        self.kind() == ErrorKind::Transport && !self.0.permanent
    }

    /// Returns `true` if ARM may have carried out the request.
    pub(crate) fn is_maybe_applied(&self) -> bool {
        self.0.maybe_applied
    }

    /// Returns `true` if an operation ended with a failure.
    pub fn is_operation_failure(&self) -> bool {
        self.0.operation_failed
    }

    /// Returns `true` if the time limit passed or the call was canceled.
    pub fn is_timeout_or_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Timeout | ErrorKind::Cancelled)
    }

    /// Returns `true` if the outcome of an operation is unknown because its status could not be
    /// read. A response that violates the protocol is an error of its own.
    pub(crate) fn leaves_outcome_open(&self) -> bool {
        let nonsense = matches!(self.kind(), ErrorKind::Protocol | ErrorKind::Decode);
        !self.is_operation_failure() && !self.is_timeout_or_cancelled() && !nonsense
    }

    /// Returns `true` if a resource does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Returns `true` if a create found an existing resource.
    pub fn is_already_exists(&self) -> bool {
        self.kind() == ErrorKind::AlreadyExists
    }

    /// Returns `true` if the resource changed after it was read.
    pub fn is_precondition_failed(&self) -> bool {
        self.status() == Some(412) || self.code_is("PreconditionFailed")
    }

    /// Returns `true` if the call was canceled.
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { status, codes, message, last, .. } = self.0.as_ref();
        match (codes.first(), status) {
            (Some(code), Some(status)) => write!(out, "{code} ({status}): {message}")?,
            (Some(code), None) if last.is_none() => write!(out, "{code}: {message}")?,
            (None, Some(status)) => write!(out, "HTTP status {status}: {message}")?,
            (_, None) => out.write_str(message)?,
        }
        match last {
            Some(last) => write!(out, " Last status: {last}"),
            None => Ok(()),
        }
    }
}

/// Joins the messages of an error and its causes, each once.
pub(crate) fn message_chain(source: &dyn StdError) -> String {
    let mut parts = vec![source.to_string()];
    let mut next = source.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = cause.source();
    }
    parts.join(": ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, kind: ErrorKind, code: Option<&str>, says: &[&str]) {
        let error = Error::from_response(status, body.as_bytes());
        assert_eq!((error.kind(), error.code()), (kind, code), "{body}");
        for words in says {
            assert!(error.to_string().contains(words), "{error} lacks {words}");
        }
    }

    #[test]
    fn a_code_takes_precedence_over_the_status() {
        let body = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        check(429, &body("RetryableError"), ErrorKind::Conflict, Some("RetryableError"), &[]);
        check(
            404,
            &body("SubscriptionNotFound"),
            ErrorKind::Denied,
            Some("SubscriptionNotFound"),
            &[],
        );
        check(429, &body("TooManyRequests"), ErrorKind::Throttled, Some("TooManyRequests"), &[]);
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Cause(&'static str, #[source] Option<Box<Cause>>);

    #[test]
    fn each_cause_appears_once() {
        let chain = Cause("no route.", None);
        let chain = Cause("connect", Some(Box::new(chain)));
        let chain = Cause("cannot connect", Some(Box::new(chain)));
        let error = Error::from_source(ErrorKind::Transport, "It fails", &chain);
        assert_eq!(error.to_string(), "It fails: cannot connect: no route.");
    }

    #[test]
    fn a_timeout_keeps_the_latest_status() {
        let first = Error::from_response(503, b"first");
        let second = Error::from_response(429, b"second");
        let end = Error::new(ErrorKind::Timeout, "It is over.").after(&second).after(&first);
        let text = "It is over. Last status: HTTP status 429: The response is not an error of \
                    Azure Resource Manager. It says: second";
        assert_eq!(end.to_string(), text);
        // An error that is neither a timeout nor a cancellation stays unchanged.
        let denied = Error::from_response(403, b"denied");
        assert_eq!(denied.clone().after(&first).to_string(), denied.to_string());
    }
}
