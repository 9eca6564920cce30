//! Which errors are worth a retry, and the pause before it.
//!
//! No crate for retries is used (`backon`, azure_core's policy): here the service's `Retry-After`
//! wins over the computed pause, and each reason for a retry has its own limit.

use crate::error::{Error, ErrorKind};
use azure_core::http::headers::Headers;
use std::time::{Duration, SystemTime};

/// Returns `true` for statuses of transient failures in ARM (azurerm retries the same ones). 501 is
/// a refusal.
pub(crate) fn is_transient_status(status: u16) -> bool {
    matches!(status, 408 | 424 | 429 | 500 | 502 | 503 | 504)
}

/// Returns `true` if a retry in a moment may succeed.
pub(crate) fn is_transient(error: &Error) -> bool {
    error.status().map_or_else(|| error.is_transient(), is_transient_status)
}

/// The name of a wait for a request limit.
pub(crate) const LIMIT: &str = "Azure's request limit";

/// Returns the name of the wait before a retry, by the error of the last try.
pub(crate) fn awaited(error: &Error) -> String {
    let code = match (error.code(), error.status()) {
        (Some(code), _) => code.to_owned(),
        (None, Some(status)) => format!("HTTP status {status}"),
        (None, None) => "no answer".to_owned(),
    };
    let what = if error.status() == Some(429) {
        return LIMIT.to_owned();
    } else if error.kind() == ErrorKind::Denied {
        "a role assignment to take effect"
    } else if is_lingering(error) {
        "Azure to notice that the children are deleted"
    } else if is_transient(error) {
        "Azure to recover from an error"
    } else if is_busy(error) || is_unexplained_conflict(error) || is_locked(error) {
        "another operation on the same objects to end"
    } else {
        "other changes of the same object"
    };
    format!("{what} ({code})")
}

/// Number of times in a row that a connection may fail. A wrong address must not look like a long
/// operation.
pub(crate) const MAX_CONNECTION_ERRORS: u32 = 6;

/// Number of times in a row that the connection of a write may fail, if the reads in between
/// succeed.
pub(crate) const MAX_WRITE_CONNECTION_ERRORS: u32 = 12;

/// Codes of a delete while ARM still counts deleted children.
const LINGERING: &[&str] = &["CannotDeleteResource", "InUseSubnetCannotBeDeleted"];

/// Time after which such a code counts as final.
pub(crate) const LINGERING_TIMEOUT: Duration = Duration::from_secs(120);

/// Returns `true` if another operation blocks the change, so that it is worth a retry after a
/// pause.
pub(crate) fn is_busy(error: &Error) -> bool {
    let refused = ["ScopeLocked", "RequestDisallowedByPolicy", "ResourceGroupBeingDeleted"];
    if refused.iter().any(|code| error.code_is(code)) || error.kind() != ErrorKind::Conflict {
        return false;
    }
    let text = error.to_string();
    let pending = [
        "another operation",
        "Another operation",
        "exclusive lock",
        "not terminal",
        // Capability hosts: documented, and Azure/azure-dev#6960.
        "retry after its complete",
        "is in conflicting state",
    ];
    crate::error::BUSY.iter().any(|code| error.code_is(code))
        || pending.iter().any(|words| text.contains(words))
}

/// Time for which a conflict without further explanation is retried.
pub(crate) const CONFLICT_TIMEOUT: Duration = Duration::from_secs(30);

/// Returns `true` for a conflict whose answer does not say whether it passes.
pub(crate) fn is_unexplained_conflict(error: &Error) -> bool {
    error.status() == Some(409)
        && error.code() == Some("Conflict")
        && !error.to_string().contains("There is an existing")
}

/// Returns `true` if a request without a condition found its target locked. An operation reports
/// that as a failed precondition, and so does Azure AI services when projects are deleted in
/// parallel (reported).
pub(crate) fn is_locked(error: &Error) -> bool {
    (error.status().is_none() && error.code_is("PreconditionFailed"))
        || error.code_is("IfMatchPreconditionFailed")
}

/// Returns `true` if a delete failed because of children that may be on their way out.
pub(crate) fn is_lingering(error: &Error) -> bool {
    LINGERING.iter().any(|code| error.code_is(code))
}

/// Returns the pause that an answer asks for: `retry-after-ms` and its like in milliseconds,
/// `Retry-After` in seconds or as a date (RFC 9110).
pub(crate) fn retry_after(headers: &Headers, now: SystemTime) -> Option<Duration> {
    let header = |name: &'static str| headers.get_optional_str(&name.into());
    let milliseconds = header("retry-after-ms").or_else(|| header("x-ms-retry-after-ms"));
    if let Some(milliseconds) = milliseconds.and_then(|text| text.trim().parse().ok()) {
        return Some(Duration::from_millis(milliseconds));
    }
    let text = header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Pauses that double from a first to a longest one. Each is shortened by up to a quarter, so that
/// many clients do not retry at the same time.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// Pauses between retries of a request.
    pub(crate) fn of_requests() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(60))
    }

    /// Pauses between polls of an operation: short operations are common, and a poll is cheap.
    pub(crate) fn of_polls() -> Self {
        Self::new(Duration::from_millis(25), Duration::from_secs(10))
    }

    /// Returns the next pause. A pause that the service asks for wins.
    pub(crate) fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let own = self.next.mul_f64(0.75 + 0.25 * fastrand::f64());
        self.next = (self.next * 2).min(self.longest);
        match asked {
            // Zero means a short pause, not none.
            Some(Duration::ZERO) => own.min(Duration::from_millis(250)),
            Some(asked) => asked,
            None => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_retry_after_is_read() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let check = |name: &'static str, value: &'static str, expected: Option<f64>| {
            let mut headers = Headers::new();
            headers.insert(name, value);
            assert_eq!(
                retry_after(&headers, now),
                expected.map(Duration::from_secs_f64),
                "{value}"
            );
        };
        check("retry-after", "7", Some(7.0));
        check("retry-after", "0", Some(0.0));
        check("retry-after-ms", "250", Some(0.25));
        check("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT", Some(10.0));
        check("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT", Some(0.0));
        check("retry-after", "soon", None);
        check("etag", "7", None);
    }

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let mut backoff = Backoff::of_requests();
        let pauses: Vec<_> = (0..20).map(|_| backoff.pause(None)).collect();
        assert!(pauses[0] <= Duration::from_millis(200) && pauses[3] > pauses[0]);
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(60)));
        assert_eq!(backoff.pause(Some(Duration::from_secs(9))), Duration::from_secs(9));
        assert!(backoff.pause(Some(Duration::ZERO)) <= Duration::from_millis(250));
    }
}
