//! The sorts of errors, and which of them a status with ARM's codes is.

/// What sort of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something does not exist.
    NotFound,
    /// Something exists already.
    AlreadyExists,
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
    /// An answer that ARM may not give.
    Protocol,
    /// A body that is not of the form that it must have.
    Decode,
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

impl ErrorKind {
    /// The kind of an HTTP status with ARM's codes. A failed operation has codes and no status.
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
            // ARM always says what is missing. A 404 without a code is a proxy's, and says nothing.
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
