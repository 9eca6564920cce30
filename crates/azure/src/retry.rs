//! Rules of retries: which errors are retried, and after which pause.
//!
//! No crate for retries is used (`backon`, azure_core's policy), because the service's
//! `Retry-After` takes precedence over the own pause here, and each retry has its own reason and
//! limit.

use crate::error::{Error, ErrorKind};
use azure_core::http::headers::Headers;
use std::time::{Duration, SystemTime};

/// Returns `true` for a status of a transient error of ARM (azurerm retries the same). 501 is
/// final.
pub(crate) fn is_transient_status(status: u16) -> bool {
    matches!(status, 408 | 424 | 429 | 500 | 502 | 503 | 504)
}

/// Returns `true` if a request that failed with this error may succeed soon.
pub(crate) fn is_transient(error: &Error) -> bool {
    error.status().map_or_else(|| error.is_transient(), is_transient_status)
}

/// Maximum number of consecutive connection errors, so that a wrong address does not look like a
/// long operation.
pub(crate) const MAX_CONNECTION_ERRORS: u32 = 6;

/// Maximum number of consecutive connection errors of a write, if the reads between the attempts
/// succeed.
pub(crate) const MAX_WRITE_CONNECTION_ERRORS: u32 = 12;

/// Codes of a delete that fails while ARM still counts deleted children.
const LINGERING: &[&str] = &["CannotDeleteResource", "InUseSubnetCannotBeDeleted"];

/// Time for which a delete is retried after such a code.
pub(crate) const LINGERING_TIMEOUT: Duration = Duration::from_secs(120);

/// Returns `true` if another operation was in the way, so that the whole change is repeated after a
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

/// Time for which a conflict without a reason is retried.
pub(crate) const CONFLICT_TIMEOUT: Duration = Duration::from_secs(30);

/// Returns `true` for a conflict without a reason, which may or may not be temporary.
pub(crate) fn is_unexplained_conflict(error: &Error) -> bool {
    error.status() == Some(409)
        && error.code() == Some("Conflict")
        && !error.to_string().contains("There is an existing")
}

/// Returns `true` if an unconditional request failed because its target is locked. An operation
/// reports this as a failed precondition. So do Azure AI services whose projects are deleted
/// concurrently (reported).
pub(crate) fn is_locked(error: &Error) -> bool {
    (error.status().is_none() && error.code_is("PreconditionFailed"))
        || error.code_is("IfMatchPreconditionFailed")
}

/// Returns `true` if a delete failed because of children that may be in deletion.
pub(crate) fn is_lingering(error: &Error) -> bool {
    LINGERING.iter().any(|code| error.code_is(code))
}

/// Returns the pause that a response asks for: `retry-after-ms` or `x-ms-retry-after-ms` in
/// milliseconds, or `Retry-After` in seconds or as a date (RFC 9110).
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

/// Pauses that double up to a maximum. Each is shortened by up to a quarter, so that many clients
/// do not retry at the same time.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// Returns the pauses between retries of a request.
    pub(crate) fn of_requests() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(60))
    }

    /// Returns the pauses between polls of an operation. They start short, because short operations
    /// are common and polls are cheap.
    pub(crate) fn of_polls() -> Self {
        Self::new(Duration::from_millis(25), Duration::from_secs(10))
    }

    /// Returns the next pause. The pause that the service asks for takes precedence.
    pub(crate) fn pause(&mut self, asked: Option<Duration>) -> Duration {
        let own = self.next.mul_f64(0.75 + 0.25 * fastrand::f64());
        self.next = (self.next * 2).min(self.longest);
        match asked {
            // `Retry-After: 0` does not mean to retry without any pause.
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
