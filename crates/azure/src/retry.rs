//! When a request is worth repeating, and after what pause.
//!
//! No crate for retries is used (`backon`, azure_core's policy): here the service's `Retry-After`
//! wins over the own pause, and each repetition has its own reason and its own limit.

use crate::error::{Error, ErrorKind};
use azure_core::http::headers::Headers;
use std::time::{Duration, SystemTime};

/// Answers that tell of ARM's own trouble (azurerm repeats the same ones). 501 is a refusal.
pub(crate) fn is_transient_status(status: u16) -> bool {
    matches!(status, 408 | 424 | 429 | 500 | 502 | 503 | 504)
}

/// Whether a request that failed so may be answered better in a moment.
pub(crate) fn is_transient(error: &Error) -> bool {
    error.status().map_or_else(|| error.is_transient(), is_transient_status)
}

/// How often in a row a connection may fail. A wrong address must not look like a long operation.
pub(crate) const MAX_CONNECTION_ERRORS: u32 = 6;

/// How often in a row the connection of a write may fail, where the looks between go through.
pub(crate) const MAX_WRITE_CONNECTION_ERRORS: u32 = 12;

/// Codes that a delete meets while ARM still counts children that are gone.
const LINGERING: &[&str] = &["CannotDeleteResource", "InUseSubnetCannotBeDeleted"];

/// How long such a code may be met, before it counts as true.
pub(crate) const LINGERING_TIMEOUT: Duration = Duration::from_secs(120);

/// Whether the whole change should be made again, after a pause: something else was in the way.
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
        // Of capability hosts: documented, and Azure/azure-dev#6960.
        "retry after its complete",
        "is in conflicting state",
    ];
    crate::error::BUSY.iter().any(|code| error.code_is(code))
        || pending.iter().any(|words| text.contains(words))
}

/// How long a conflict of which ARM does not say more is believed to pass.
pub(crate) const CONFLICT_TIMEOUT: Duration = Duration::from_secs(30);

/// Whether something is in the way of which ARM does not say whether it passes.
pub(crate) fn is_unexplained_conflict(error: &Error) -> bool {
    error.status() == Some(409)
        && error.code() == Some("Conflict")
        && !error.to_string().contains("There is an existing")
}

/// Whether a request without a condition has found its target held: an operation says so as of a
/// precondition that failed, and Azure AI services of projects that are deleted side by side
/// (reported).
pub(crate) fn is_locked(error: &Error) -> bool {
    (error.status().is_none() && error.code_is("PreconditionFailed"))
        || error.code_is("IfMatchPreconditionFailed")
}

/// Whether a delete met children that may be going.
pub(crate) fn is_lingering(error: &Error) -> bool {
    LINGERING.iter().any(|code| error.code_is(code))
}

/// The pause that an answer asks for: `retry-after-ms` and its like in milliseconds, `Retry-After`
/// in seconds or as a date (RFC 9110).
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

/// Pauses that double from a first to a longest one, each shortened by up to a quarter so that
/// many clients do not come back at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// Between repeated requests.
    pub(crate) fn of_requests() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(60))
    }

    /// Between looks at an operation: short ones are common, and a look is cheap.
    pub(crate) fn of_polls() -> Self {
        Self::new(Duration::from_millis(25), Duration::from_secs(10))
    }

    /// The next pause; what the service asks for wins.
    pub(crate) fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let own = self.next.mul_f64(0.75 + 0.25 * fastrand::f64());
        self.next = (self.next * 2).min(self.longest);
        match asked {
            // "At once" is not "as fast as you can".
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
    fn retry_after_is_read_in_every_form() {
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
    fn pauses_grow_and_stay_bounded() {
        let mut backoff = Backoff::of_requests();
        let pauses: Vec<_> = (0..20).map(|_| backoff.pause(None)).collect();
        assert!(pauses[0] <= Duration::from_millis(200) && pauses[3] > pauses[0]);
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(60)));
        assert_eq!(backoff.pause(Some(Duration::from_secs(9))), Duration::from_secs(9));
        assert!(backoff.pause(Some(Duration::ZERO)) <= Duration::from_millis(250));
    }
}
