//! What can go wrong with ARM: one [`Error`] for all of this crate, with a [`ErrorKind`] that says
//! who acts. [`ErrorBody`] is no second error: it is the wire form, which an error is made from.
//!
//! | kind | meaning | who acts |
//! | --- | --- | --- |
//! | NotFound | the resource, or one that it needs, does not exist | the caller decides |
//! | AlreadyExists | a create found the resource there | the user imports it |
//! | SignIn | there is no token | the user corrects the credentials |
//! | Denied | the token is refused, or not allowed to do this | the user gets a role |
//! | Throttled | too many requests, until the deadline | the user waits |
//! | Invalid | ARM refuses the request as it is | the user changes it |
//! | Conflict | something else is in the way, until the deadline | the user waits |
//! | Timeout | the deadline is over | the user allows more |
//! | Cancelled | interrupted | nobody |
//! | Transport | ARM cannot be reached, or fails on its side | the user checks the network |
//! | Protocol | ARM may not answer this: a redirect, an address elsewhere | a bug, here or there |
//! | Decode | a body is not of the form that it must have | a bug, here or there |

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

/// The error of a call, or of the operation that it started.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    kind: ErrorKind,
    status: Option<u16>,
    codes: Vec<String>,
    message: String,
    violations: Vec<PolicyViolation>,
    /// What ARM said last, before the time was over.
    last: Option<String>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    retry_after: Option<Duration>,
    /// If `true`, the same request will not be answered better in a moment.
    permanent: bool,
    /// If `true`, the request may have been carried out.
    maybe_applied: bool,
    /// If `true`, an operation has ended, and badly.
    operation_failed: bool,
}

impl Error {
    /// An error that ARM has not told.
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

    /// The error in an answer of ARM.
    pub(crate) fn from_response(status: u16, body: &[u8]) -> Self {
        // A body that is not JSON is shown as text.
        let parsed = serde_json::from_slice::<Json>(body).map(|body| ErrorBody::from_json(&body));
        let mut told = parsed.unwrap_or_default();
        if told.message.is_empty() {
            told.message = no_envelope(status, body);
        }
        Self::from_body(Some(status), told)
    }

    /// The error of a failed operation, as its status document tells it.
    pub(crate) fn from_operation(document: &Json) -> Self {
        let inner = [&document["error"], &document["properties"]["error"]];
        let inner = inner.into_iter().find(|it| it.is_object());
        let mut told = inner.map(ErrorBody::from_json).unwrap_or_default();
        if told.message.is_empty() {
            let state = document["status"].as_str().unwrap_or("Failed");
            told.message = format!("The operation ended as {state:?}, without saying why.");
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

    /// The answer that redirects, where nothing is sent.
    pub(crate) fn from_redirect(status: u16, to: Option<&str>) -> Self {
        let to: String = to.unwrap_or("nowhere").chars().take(200).collect();
        let message = format!(
            "the answer redirects to {to:?}. That is not followed: Azure Resource Manager does not \
             redirect, and its tokens are for no one else. Is there a proxy that wants a sign-in?"
        );
        let mut error = Self::new(ErrorKind::Protocol, message);
        error.0.status = Some(status);
        error
    }

    /// The error of a library below, with all that it says.
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

    /// Adds a paragraph.
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

    /// Marks an error that will not be better in a moment.
    pub(crate) fn permanent(mut self) -> Self {
        self.0.permanent = true;
        self
    }

    /// If `true`, marks that the request may have been carried out, though no answer says so.
    pub(crate) fn maybe_applied(mut self, maybe: bool) -> Self {
        self.0.maybe_applied |= maybe;
        self
    }

    /// Marks the bad end of an operation.
    pub(crate) fn operation_failure(mut self) -> Self {
        self.0.operation_failed = true;
        self
    }

    /// Adds what ARM said last, to a deadline's error that does not tell of something later.
    pub(crate) fn after(mut self, last: &Error) -> Self {
        if self.is_timeout_or_cancelled() && self.0.last.is_none() {
            self.0.last = Some(last.to_string());
            self.0.codes.clone_from(&last.0.codes);
            self.0.request_id.clone_from(&last.0.request_id);
            self.0.correlation_id.clone_from(&last.0.correlation_id);
        }
        self
    }

    /// What sort of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// ARM's code.
    pub fn code(&self) -> Option<&str> {
        self.0.codes.first().map(String::as_str)
    }

    /// All of ARM's codes, outermost first.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.codes.iter().map(String::as_str)
    }

    /// Whether ARM gave that code, at any depth.
    pub fn code_is(&self, code: &str) -> bool {
        self.codes().any(|own| own.eq_ignore_ascii_case(code))
    }

    /// The policies that forbid the request, where it is one.
    pub fn violations(&self) -> &[PolicyViolation] {
        &self.0.violations
    }

    /// The ID that Azure's support finds the request by.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The ID that all requests of this client share.
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.correlation_id.as_deref()
    }

    /// How long ARM asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the same request may be answered better in a moment.
    pub(crate) fn is_transient(&self) -> bool {
        self.kind() == ErrorKind::Transport && !self.0.permanent
    }

    /// Whether the request may have been carried out without an answer that says so.
    pub(crate) fn is_maybe_applied(&self) -> bool {
        self.0.maybe_applied
    }

    /// Whether an operation has ended, and badly.
    pub fn is_operation_failure(&self) -> bool {
        self.0.operation_failed
    }

    /// Whether the time was over, or the call interrupted.
    pub fn is_timeout_or_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Timeout | ErrorKind::Cancelled)
    }

    /// Whether it leaves open what becomes of an operation, for now or for good: the operation
    /// could not be looked at. What ARM may not answer is an error of its own.
    pub(crate) fn leaves_outcome_open(&self) -> bool {
        let nonsense = matches!(self.kind(), ErrorKind::Protocol | ErrorKind::Decode);
        !self.is_operation_failure() && !self.is_timeout_or_cancelled() && !nonsense
    }

    /// Whether something does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether a create found the resource there.
    pub fn is_already_exists(&self) -> bool {
        self.kind() == ErrorKind::AlreadyExists
    }

    /// Whether the resource had changed since it was read.
    pub fn is_precondition_failed(&self) -> bool {
        self.status() == Some(412) || self.code_is("PreconditionFailed")
    }

    /// Whether it was interrupted.
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
            Some(last) => write!(out, " Azure's last word was: {last}"),
            None => Ok(()),
        }
    }
}

/// What an error says with those below it, each thing once.
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
    fn a_code_says_more_than_the_status() {
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
    fn causes_are_told_once() {
        let chain = Cause("no route.", None);
        let chain = Cause("connect", Some(Box::new(chain)));
        let chain = Cause("cannot connect", Some(Box::new(chain)));
        let error = Error::from_source(ErrorKind::Transport, "It fails", &chain);
        assert_eq!(error.to_string(), "It fails: cannot connect: no route.");
    }

    #[test]
    fn the_last_word_is_the_last() {
        let first = Error::from_response(503, b"first");
        let second = Error::from_response(429, b"second");
        let end = Error::new(ErrorKind::Timeout, "It is over.").after(&second).after(&first);
        let text = "It is over. Azure's last word was: HTTP status 429: The answer was no error of \
                    ARM's, but: second";
        assert_eq!(end.to_string(), text);
        // What is no end has its own word.
        let denied = Error::from_response(403, b"denied");
        assert_eq!(denied.clone().after(&first).to_string(), denied.to_string());
    }
}
