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
    last: Option<String>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    retry_after: Option<Duration>,
}

impl Error {
    /// A fault that is not ARM's.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            status: None,
            codes: Vec::new(),
            message: message.into(),
            last: None,
            request_id: None,
            correlation_id: None,
            retry_after: None,
        }))
    }

    /// The fault that an answer of ARM's tells of.
    pub(crate) fn of_answer(status: u16, body: &[u8]) -> Self {
        let parsed = serde_json::from_slice::<Json>(body).ok();
        let fault = parsed.as_ref().map(Fault::of).unwrap_or_default();
        let message = if fault.message.is_empty() {
            plain(status, body)
        } else {
            fault.message
        };
        let mut error = Self::new(kind_of(status, &fault.codes), message);
        error.0.status = Some(status);
        error.0.codes = fault.codes;
        error
    }

    /// The fault of a failed operation, as its status document tells it.
    pub(crate) fn of_operation(status: &Json) -> Self {
        let inner = [&status["error"], &status["properties"]["error"]];
        let fault = inner
            .into_iter()
            .find(|it| it.is_object())
            .map(Fault::of)
            .unwrap_or_default();
        let state = status["status"].as_str().unwrap_or("Failed");
        let message = if fault.message.is_empty() {
            format!("The operation ended as {state:?}, without saying why.")
        } else {
            fault.message
        };
        let mut error = Self::new(kind_of(0, &fault.codes), message);
        error.0.codes = fault.codes;
        error
    }

    /// A fault of a library below, with all that it says.
    pub(crate) fn of_source(kind: Kind, context: &str, source: &dyn StdError) -> Self {
        let mut parts = vec![source.to_string()];
        let mut next = source.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            if parts.last().is_none_or(|last| !last.contains(&text)) {
                parts.push(text);
            }
            next = cause.source();
        }
        Self::new(
            kind,
            format!("{context}: {}.", parts.join(": ").trim_end_matches('.')),
        )
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

    /// Adds what ARM said last, to a deadline's error.
    pub(crate) fn after(mut self, last: &Error) -> Self {
        if matches!(self.0.kind, Kind::Timeout | Kind::Cancelled) {
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

    /// Whether something does not exist.
    pub fn is_absent(&self) -> bool {
        self.kind() == Kind::Absent
    }

    /// Whether a create found the resource there.
    pub fn is_exists(&self) -> bool {
        self.kind() == Kind::Exists
    }

    /// Whether it was interrupted.
    pub fn is_cancelled(&self) -> bool {
        self.kind() == Kind::Cancelled
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            status,
            codes,
            message,
            last,
            ..
        } = self.0.as_ref();
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

/// Codes and words of an error body, whichever of ARM's envelopes it comes in.
#[derive(Default)]
struct Fault {
    codes: Vec<String>,
    message: String,
}

impl Fault {
    fn of(body: &Json) -> Self {
        let mut fault = Self::default();
        let inner = [&body["error"], &body["Error"], &body["properties"]["error"]];
        let inner = inner.into_iter().find(|it| it.is_object()).unwrap_or(body);
        fault.collect(inner, 0);
        fault
    }

    fn collect(&mut self, body: &Json, depth: usize) {
        let text = |names: [&str; 2]| {
            names
                .into_iter()
                .find_map(|name| body[name].as_str())
                .filter(|text| !text.is_empty())
        };
        let code = text(["code", "Code"]);
        let message = text(["message", "Message"]).or_else(|| text(["error_description", ""]));
        let code = code.or_else(|| body["error"].as_str());
        self.codes.extend(code.map(str::to_owned));
        if let Some(message) = message.filter(|message| !self.message.contains(message)) {
            let indent = "  ".repeat(depth);
            let head = match (depth, code) {
                (0, _) => String::new(),
                (_, Some(code)) => format!("\n{indent}{code}: "),
                (_, None) => format!("\n{indent}"),
            };
            self.message.push_str(&format!("{head}{message}"));
        }
        if let Some(target) = text(["target", "Target"]).filter(|it| !self.message.contains(it)) {
            self.message.push_str(&format!(" (target: {target})"));
        }
        // Bounded, because the depth is the service's choice.
        if depth < 8 {
            let details = body["details"].as_array().into_iter().flatten();
            for detail in details.chain(body.get("innererror").filter(|it| it.is_object())) {
                self.collect(detail, depth + 1);
            }
        }
        for info in body["additionalInfo"].as_array().into_iter().flatten() {
            self.message.push_str(&format!(
                "\n{}: {}",
                info["type"].as_str().unwrap_or("info"),
                { &info["info"] }
            ));
        }
    }
}

/// What a body that is no error envelope says: HTML of a gateway, or nothing.
fn plain(status: u16, body: &[u8]) -> String {
    let words = plain_words(body);
    if words.is_empty() {
        return format!("Azure gave no reason with status {status}.");
    }
    format!("The answer was no error of ARM's, but: {words}")
}

/// The beginning of a text, without its HTML.
pub(crate) fn plain_words(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let mut words = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            c if !inside => words.push(c),
            _ => {}
        }
    }
    let words: Vec<&str> = words.split_whitespace().take(60).collect();
    words.join(" ")
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
        codes
            .iter()
            .any(|code| known.iter().any(|known| known.eq_ignore_ascii_case(code)))
    };
    if any(BUSY) {
        return Kind::Conflict;
    }
    if any(&["SubscriptionNotFound", "InvalidSubscriptionId"]) {
        return Kind::Denied;
    }
    match status {
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
    fn every_envelope_is_understood() {
        let nested = r#"{"error":{"code":"A","message":"one","target":"t","details":[
            {"code":"B","message":"two","details":[{"code":"C","message":"three"}]}],
            "additionalInfo":[{"type":"PolicyViolation","info":{"policy":"p"}}]}}"#;
        check(
            400,
            nested,
            Kind::Invalid,
            Some("A"),
            &["one", "two", "three", "target: t", "policy"],
        );
        check(
            404,
            r#"{"code":"NotFound","message":"m"}"#,
            Kind::Absent,
            Some("NotFound"),
            &["m"],
        );
        check(
            409,
            r#"{"Code":"X","Message":"m"}"#,
            Kind::Conflict,
            Some("X"),
            &["X (409): m"],
        );
        check(
            403,
            r#"{"status":"Failed","error":{"code":"Y","message":"m"}}"#,
            Kind::Denied,
            Some("Y"),
            &[],
        );
        check(
            500,
            r#"{"error":{"code":"Z","innererror":{"code":"W","message":"deep"}}}"#,
            Kind::Transport,
            Some("Z"),
            &["deep"],
        );
        check(
            502,
            "<html><head><title>502</title></head>Bad Gateway</html>",
            Kind::Transport,
            None,
            &["Bad Gateway"],
        );
        check(503, "", Kind::Transport, None, &["no reason"]);
        check(
            401,
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: no"}"#,
            Kind::Denied,
            Some("invalid_client"),
            &["AADSTS7000215"],
        );
    }

    #[test]
    fn a_code_says_more_than_the_status() {
        let body = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        check(
            429,
            &body("RetryableError"),
            Kind::Conflict,
            Some("RetryableError"),
            &[],
        );
        check(
            404,
            &body("SubscriptionNotFound"),
            Kind::Denied,
            Some("SubscriptionNotFound"),
            &[],
        );
        check(
            429,
            &body("TooManyRequests"),
            Kind::Throttled,
            Some("TooManyRequests"),
            &[],
        );
    }
}
