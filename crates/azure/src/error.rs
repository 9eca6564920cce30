//! What can go wrong with ARM.
//!
//! | kind | meaning | who acts |
//! | --- | --- | --- |
//! | Absent | the resource, or one that it needs, does not exist | the caller decides |
//! | Exists | a create found the resource there | the user imports it |
//! | SignIn | there is no token | the user corrects the credentials |
//! | Denied | the token is refused, or not allowed to do this | the user gets a role |
//! | Throttled | too many requests, until the deadline | the user waits |
//! | Invalid | ARM refuses the request as it is | the user changes it |
//! | Conflict | something else is in the way, until the deadline | the user waits |
//! | Timeout | the deadline is over | the user allows more |
//! | Cancelled | interrupted | nobody |
//! | Transport | ARM cannot be reached, or fails on its side | the user checks the network |
//! | Broken | the answer is not what ARM may answer | a bug, here or there |

pub use crate::fault::Violation;
use crate::fault::{Fault, plain};
use serde_json::Value as Json;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What sort of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something does not exist.
    Absent,
    /// Something exists already.
    Exists,
    /// There is no token.
    SignIn,
    /// The token is refused, or not allowed to do this.
    Denied,
    /// Too many requests.
    Throttled,
    /// Refused as it is.
    Invalid,
    /// Something else is in the way.
    Conflict,
    /// The time is over.
    Timeout,
    /// Interrupted.
    Cancelled,
    /// Not reachable, or failing on its side.
    Transport,
    /// An answer that makes no sense.
    Broken,
}

/// A fault of a call, or of the operation that it started.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    status: Option<u16>,
    codes: Vec<String>,
    message: String,
    violations: Vec<Violation>,
    last: Option<String>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    retry_after: Option<Duration>,
    lasting: bool,
    acted: bool,
    outcome: bool,
}

impl Error {
    /// A fault that is not ARM's.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            status: None,
            codes: Vec::new(),
            message: message.into(),
            violations: Vec::new(),
            last: None,
            request_id: None,
            correlation_id: None,
            retry_after: None,
            lasting: false,
            acted: false,
            outcome: false,
        }))
    }

    /// The fault that an answer of ARM's tells of.
    pub(crate) fn of_answer(status: u16, body: &[u8]) -> Self {
        let parsed = serde_json::from_slice::<Json>(body).ok();
        let fault = parsed.as_ref().map(Fault::of).unwrap_or_default();
        let message = if fault.message.is_empty() { plain(status, body) } else { fault.message };
        let mut error = Self::new(kind_of(status, &fault.codes), message);
        error.0.status = Some(status);
        error.0.codes = fault.codes;
        error.0.violations = fault.violations;
        error
    }

    /// The fault of a failed operation, as its status document tells it.
    pub(crate) fn of_operation(status: &Json) -> Self {
        let inner = [&status["error"], &status["properties"]["error"]];
        let fault = inner.into_iter().find(|it| it.is_object()).map(Fault::of).unwrap_or_default();
        let state = status["status"].as_str().unwrap_or("Failed");
        let message = if fault.message.is_empty() {
            format!("The operation ended as {state:?}, without saying why.")
        } else {
            fault.message
        };
        let mut error = Self::new(kind_of(0, &fault.codes), message);
        error.0.codes = fault.codes;
        error.0.violations = fault.violations;
        error.of_outcome()
    }

    /// The answer that sends elsewhere, where nothing is sent.
    pub(crate) fn of_redirect(status: u16, to: Option<&str>) -> Self {
        let to: String = to.unwrap_or("nowhere").chars().take(200).collect();
        let message = format!(
            "the answer redirects to {to:?}. That is not followed: Azure Resource Manager does not \
             redirect, and its tokens are for no one else. Is there a proxy that wants a sign-in?"
        );
        let mut error = Self::new(Kind::Broken, message);
        error.0.status = Some(status);
        error
    }

    /// A fault of a library below, with all that it says.
    pub(crate) fn of_source(kind: Kind, context: &str, source: &dyn StdError) -> Self {
        Self::new(kind, format!("{context}: {}.", words_of(source)))
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

    pub(crate) fn with_kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same, of something that will not be better in a moment.
    pub(crate) fn that_lasts(mut self) -> Self {
        self.0.lasting = true;
        self
    }

    /// The same of a request that may have been carried out, though nobody has heard of it.
    pub(crate) fn having_acted(mut self, acted: bool) -> Self {
        self.0.acted |= acted;
        self
    }

    /// Marks this error as the outcome of an operation, which ended badly.
    pub(crate) fn of_outcome(mut self) -> Self {
        self.0.outcome = true;
        self
    }

    /// Adds what ARM said last, to a deadline's error that does not tell of something later.
    pub(crate) fn after(mut self, last: &Error) -> Self {
        let ended = matches!(self.0.kind, Kind::Timeout | Kind::Cancelled);
        if ended && self.0.last.is_none() {
            self.0.last = Some(last.to_string());
            self.0.codes.clone_from(&last.0.codes);
            self.0.request_id.clone_from(&last.0.request_id);
            self.0.correlation_id.clone_from(&last.0.correlation_id);
        }
        self
    }

    /// What sort of fault it is.
    pub fn kind(&self) -> Kind {
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
    pub fn violations(&self) -> &[Violation] {
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
    pub(crate) fn may_pass(&self) -> bool {
        self.kind() == Kind::Transport && !self.0.lasting
    }

    /// Whether the request may have been carried out without an answer that says so.
    pub fn may_have_acted(&self) -> bool {
        self.0.acted
    }

    /// Whether an operation has come to its end, which is a bad one.
    pub fn is_outcome(&self) -> bool {
        self.0.outcome
    }

    /// Whether the time was over, or the call interrupted.
    pub fn is_end(&self) -> bool {
        matches!(self.kind(), Kind::Timeout | Kind::Cancelled)
    }

    /// Whether what becomes of an operation could not be seen, for now or for good. An answer that
    /// makes no sense is a fault of its own.
    pub(crate) fn is_unseen(&self) -> bool {
        !self.is_outcome() && !self.is_end() && self.kind() != Kind::Broken
    }

    /// Whether something does not exist.
    pub fn is_absent(&self) -> bool {
        self.kind() == Kind::Absent
    }

    /// Whether a create found the resource there.
    pub fn is_exists(&self) -> bool {
        self.kind() == Kind::Exists
    }

    /// Whether the resource had changed since it was read.
    pub fn is_collision(&self) -> bool {
        self.status() == Some(412) || self.code_is("PreconditionFailed")
    }

    /// Whether it was interrupted.
    pub fn is_cancelled(&self) -> bool {
        self.kind() == Kind::Cancelled
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { status, codes, message, last, .. } = self.0.as_ref();
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

impl StdError for Error {}

/// What an error says with those below it, each thing once.
pub(crate) fn words_of(source: &dyn StdError) -> String {
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

/// Codes of something else being in the way, whatever the status.
pub(crate) const BUSY: &[&str] = &[
    "RetryableError",
    "RetryableErrorDueToAnotherOperation",
    "AnotherOperationInProgress",
    "ReferencedResourceNotProvisioned",
    "AccountProvisioningStateInvalid",
    "StorageAccountOperationInProgress",
    "RequestConflict",
];

fn kind_of(status: u16, codes: &[String]) -> Kind {
    let any = |known: &[&str]| {
        codes.iter().any(|code| known.iter().any(|known| known.eq_ignore_ascii_case(code)))
    };
    if any(BUSY) {
        return Kind::Conflict;
    }
    if any(&["SubscriptionNotFound", "InvalidSubscriptionId"]) {
        return Kind::Denied;
    }
    match status {
        100..=399 => Kind::Broken,
        401 | 403 => Kind::Denied,
        // ARM always says what is missing. A 404 without a code is a proxy's, and says nothing.
        404 if codes.is_empty() => Kind::Broken,
        404 => Kind::Absent,
        408 | 500..=599 => Kind::Transport,
        409 | 412 | 423 | 424 => Kind::Conflict,
        429 => Kind::Throttled,
        0 if any(&["PreconditionFailed", "Conflict", "CannotDeleteResource"]) => Kind::Conflict,
        0 if any(&["AuthorizationFailed", "LinkedAuthorizationFailed"]) => Kind::Denied,
        _ => Kind::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, kind: Kind, code: Option<&str>, says: &[&str]) {
        let error = Error::of_answer(status, body.as_bytes());
        assert_eq!((error.kind(), error.code()), (kind, code), "{body}");
        for words in says {
            assert!(error.to_string().contains(words), "{error} lacks {words}");
        }
    }

    #[test]
    fn a_code_says_more_than_the_status() {
        let body = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        check(429, &body("RetryableError"), Kind::Conflict, Some("RetryableError"), &[]);
        check(404, &body("SubscriptionNotFound"), Kind::Denied, Some("SubscriptionNotFound"), &[]);
        check(429, &body("TooManyRequests"), Kind::Throttled, Some("TooManyRequests"), &[]);
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Cause(&'static str, #[source] Option<Box<Cause>>);

    #[test]
    fn causes_are_told_once() {
        let chain = Cause("no route.", None);
        let chain = Cause("connect", Some(Box::new(chain)));
        let chain = Cause("cannot connect", Some(Box::new(chain)));
        let error = Error::of_source(Kind::Transport, "It fails", &chain);
        assert_eq!(error.to_string(), "It fails: cannot connect: no route.");
    }

    #[test]
    fn the_last_word_is_the_last() {
        let first = Error::of_answer(503, b"first");
        let second = Error::of_answer(429, b"second");
        let end = Error::new(Kind::Timeout, "It is over.").after(&second).after(&first);
        let text = "It is over. Azure's last word was: HTTP status 429: The answer was no error of \
                    ARM's, but: second";
        assert_eq!(end.to_string(), text);
        // What is no end has its own word.
        let denied = Error::of_answer(403, b"denied");
        assert_eq!(denied.clone().after(&first).to_string(), denied.to_string());
    }
}
