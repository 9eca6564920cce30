//! What a provider shares with the server that runs it.

use crate::journal::Journal;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What a provider and the process around it agree by on when to end, and on what must not be
/// forgotten then.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Tells running calls to come to an end.
    pub stop: Stop,
    /// Work that outlives the call that started it; the process does not exit before it ended,
    /// save when the host is about to kill it.
    pub work: TaskTracker,
    /// What was begun and is in no state yet.
    pub journal: Journal,
}

impl Lifecycle {
    /// The lifecycle of a process that serves many runs, where one interrupt is not the last word.
    pub(super) fn reusable() -> Self {
        let stop = Stop { reusable: true, ..Stop::default() };
        Self { stop, ..Self::default() }
    }

    /// Completes as soon as no tracked work runs.
    pub(super) async fn idle(&self) {
        self.work.close();
        self.work.wait().await;
    }
}

/// The wish that running calls end at their next safe point: `Provider.Stop`, SIGTERM, or a
/// Terraform that is gone.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: Arc<Mutex<CancellationToken>>,
    reusable: bool,
}

impl Stop {
    /// A token for one call. It is cancelled already if calls were told to end before, except in
    /// debug mode, where an interrupted run must not spoil the next one.
    pub fn child_token(&self) -> CancellationToken {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).child_token()
    }

    /// Whether calls were told to end.
    pub(super) fn is_cancelled(&self) -> bool {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).is_cancelled()
    }

    /// Tells all running calls to end.
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
    fn stop_also_reaches_a_call_that_comes_just_after_it() {
        let stop = Lifecycle::default().stop;
        let running = stop.child_token();
        stop.cancel();
        assert!(running.is_cancelled());
        assert!(stop.child_token().is_cancelled());
    }

    #[test]
    fn in_debug_mode_the_next_run_starts_afresh() {
        let stop = Lifecycle::reusable().stop;
        let running = stop.child_token();
        stop.cancel();
        assert!(running.is_cancelled());
        assert!(!stop.child_token().is_cancelled());
    }
}
