//! Roles that were assigned a moment ago: ARM takes minutes to apply them everywhere.

use crate::error::{Error, ErrorKind};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::time::Instant;

/// Since when changes are denied for want of a role, and for how long that is believed to pass.
///
/// It is one time for all changes of a client: a role that is missing altogether is waited for
/// once, not by each of them.
#[derive(Debug)]
pub(crate) struct RolePropagation {
    timeout: Duration,
    since: OnceLock<Instant>,
}

/// What ARM says of what is referred to in a subscription of a tenant that the token is not of: no
/// role helps there (Azure/AKS#2040, Azure/azure-cli#30431).
const OTHER_TENANT: &str = "is not authorized to access linked subscription";

impl RolePropagation {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout, since: OnceLock::new() }
    }

    /// Whether a denial is for want of a role that may be about to work.
    pub(crate) fn may_explain(&self, error: &Error) -> bool {
        let denied = error.kind() == ErrorKind::Denied
            && ["AuthorizationFailed", "LinkedAuthorizationFailed"]
                .iter()
                .any(|code| error.code_is(code))
            && !error.to_string().contains(OTHER_TENANT);
        denied && self.since.get_or_init(Instant::now).elapsed() < self.timeout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(code: &str) -> Error {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        Error::from_response(403, body.as_bytes())
    }

    #[tokio::test(start_paused = true)]
    async fn a_missing_role_is_waited_for_once_for_all() {
        let propagation = RolePropagation::new(Duration::from_secs(120));
        assert!(!propagation.may_explain(&denied("RequestDisallowedByPolicy")));
        assert!(propagation.may_explain(&denied("LinkedAuthorizationFailed")));
        tokio::time::advance(Duration::from_secs(119)).await;
        assert!(propagation.may_explain(&denied("AuthorizationFailed")));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(!propagation.may_explain(&denied("AuthorizationFailed")));
        let other = "however the current tenant 't' is not authorized to access linked \
                     subscription 's'.";
        let body =
            format!(r#"{{"error":{{"code":"LinkedAuthorizationFailed","message":"{other}"}}}}"#);
        let propagation = RolePropagation::new(Duration::from_secs(120));
        assert!(!propagation.may_explain(&Error::from_response(403, body.as_bytes())));
        assert!(!RolePropagation::new(Duration::ZERO).may_explain(&denied("AuthorizationFailed")));
    }
}
