//! Propagation of role assignments: ARM takes minutes to apply a new role everywhere.

use crate::error::{Error, ErrorKind};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::time::Instant;

/// Time since the first denied change, and the time for which denials are retried.
///
/// All changes of a client share the time: a role that is missing is waited for once, not by each
/// change.
#[derive(Debug)]
pub(crate) struct RolePropagation {
    timeout: Duration,
    since: OnceLock<Instant>,
}

/// ARM's message about a reference into a subscription of another tenant than the token's. No role
/// helps in this case (Azure/AKS#2040, Azure/azure-cli#30431).
const OTHER_TENANT: &str = "is not authorized to access linked subscription";

impl RolePropagation {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout, since: OnceLock::new() }
    }

    /// Returns `true` if a role assignment that has not taken effect yet may explain a denial.
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
    async fn all_changes_share_one_wait_for_a_role() {
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
