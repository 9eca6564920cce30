//! State that a provider shares with its server.

use crate::journal::Journal;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Shared state of a provider and its process: when to end, and which records to keep until then.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Asks running calls to stop.
    pub stop: Stop,
    /// Work that outlives the call that started it. The process waits for its end before it exits,
    /// unless the host is about to kill the process.
    pub work: TaskTracker,
    /// Journal of creates that no state contains yet.
    pub journal: Journal,
}

impl Lifecycle {
    /// Returns the lifecycle of a process that serves many runs, so that an interrupt affects one
    /// run.
    pub(super) fn reusable() -> Self {
        let stop = Stop { reusable: true, ..Stop::default() };
        Self { stop, ..Self::default() }
    }

    /// Completes as soon as no tracked work is running.
    pub(super) async fn idle(&self) {
        self.work.close();
        self.work.wait().await;
    }
}

/// Request that running calls stop at their next safe point: after `Provider.Stop`, after SIGTERM,
/// or when Terraform has disconnected.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: Arc<Mutex<CancellationToken>>,
    reusable: bool,
}

impl Stop {
    /// Returns a token for one call. The token is already canceled if the calls were asked to stop
    /// before, except in debug mode, where an interrupted run must not affect the next.
    pub fn child_token(&self) -> CancellationToken {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).child_token()
    }

    /// Returns `true` if the calls were asked to stop.
    pub(super) fn is_cancelled(&self) -> bool {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).is_cancelled()
    }

    /// Asks all running calls to stop.
    pub fn cancel(&self) {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        token.cancel();
        if self.reusable {
            *token = CancellationToken::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_also_cancels_a_later_call() {
        let stop = Lifecycle::default().stop;
        let running = stop.child_token();
        stop.cancel();
        assert!(running.is_cancelled());
        assert!(stop.child_token().is_cancelled());
    }

    #[test]
    fn in_debug_mode_the_next_run_is_not_cancelled() {
        let stop = Lifecycle::reusable().stop;
        let running = stop.child_token();
        stop.cancel();
        assert!(running.is_cancelled());
        assert!(!stop.child_token().is_cancelled());
    }
}
