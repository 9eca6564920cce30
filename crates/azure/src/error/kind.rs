//! Kinds of errors, and their mapping from HTTP statuses and ARM's codes.

/// Kind of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A resource does not exist.
    NotFound,
    /// The resource already exists.
    AlreadyExists,
    /// Signing in failed.
    SignIn,
    /// The token was refused or lacks a permission.
    Denied,
    /// Azure throttles the requests.
    Throttled,
    /// ARM rejected the request.
    Invalid,
    /// Another operation or state prevents the request.
    Conflict,
    /// The time limit has passed.
    Timeout,
    /// The call was canceled.
    Cancelled,
    /// ARM cannot be reached or failed.
    Transport,
    /// The response violates ARM's protocol.
    Protocol,
    /// The body cannot be decoded.
    Decode,
}

/// Codes of a conflict with another operation, whatever the status.
pub(crate) const BUSY: &[&str] = &[
    "RetryableError",
    "RetryableErrorDueToAnotherOperation",
    "AnotherOperationInProgress",
    "ReferencedResourceNotProvisioned",
    "AccountProvisioningStateInvalid",
    "StorageAccountOperationInProgress",
    "RequestConflict",
];

impl ErrorKind {
    /// Returns the kind for an HTTP status and ARM's codes. A failed operation has codes but no
    /// status.
    pub(super) fn from_status(status: Option<u16>, codes: &[String]) -> Self {
        let any = |known: &[&str]| {
            codes.iter().any(|code| known.iter().any(|known| known.eq_ignore_ascii_case(code)))
        };
        if any(BUSY) {
            return Self::Conflict;
        }
        if any(&["SubscriptionNotFound", "InvalidSubscriptionId"]) {
            return Self::Denied;
        }
        match status {
            Some(100..=399) => Self::Protocol,
            Some(401 | 403) => Self::Denied,
            // ARM sends a code with each 404. A 404 without a code comes from a proxy and proves
            // nothing.
            Some(404) if codes.is_empty() => Self::Protocol,
            Some(404) => Self::NotFound,
            Some(408 | 500..=599) => Self::Transport,
            Some(409 | 412 | 423 | 424) => Self::Conflict,
            Some(429) => Self::Throttled,
            None if any(&["PreconditionFailed", "Conflict", "CannotDeleteResource"]) => {
                Self::Conflict
            }
            None if any(&["AuthorizationFailed", "LinkedAuthorizationFailed"]) => Self::Denied,
            _ => Self::Invalid,
        }
    }
}
