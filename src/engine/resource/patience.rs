//! How long a condition is waited for, and how often it is checked.

use super::PendingCondition;
use crate::engine::related::LOOK_AGAIN;
use azure::deadline::{Deadline, WaitGuard};
use azure::error::Error;
use std::time::{Duration, Instant};

/// The longest pause between two checks of a condition.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The time that the current step of a condition has taken. The call reports the wait until this
/// value is dropped.
pub(in crate::engine) struct Patience {
    step: &'static str,
    begun: Instant,
    reported: Option<(String, Option<WaitGuard>)>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { step: "", begun: Instant::now(), reported: None }
    }
}

impl Patience {
    /// Returns how long the current step has taken.
    pub(super) fn waited(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Waits before the next check of a condition.
    ///
    /// # Errors
    ///
    /// When the time of the step or of the call is over, or the call is interrupted.
    pub(in crate::engine) async fn pause(
        &mut self,
        pending: &PendingCondition,
        until: &Deadline,
    ) -> Result<(), Error> {
        let PendingCondition { step, what, within, .. } = pending;
        // In the middle of a sentence, a clause may end with a comma.
        let what = what.trim_end_matches(',');
        if *step != self.step {
            *self = Self { step, ..Self::default() };
        }
        let waited = self.waited();
        let pause = (waited / 10).clamp(LOOK_AGAIN, LONGEST_PAUSE);
        let left = within.map(|within| within.saturating_sub(waited));
        let patience = left.map_or_else(|| until.clone(), |left| until.at_most(left));
        let is_new = self.reported.as_ref().is_none_or(|(reported, _)| reported != what);
        if is_new && !what.is_empty() {
            // The last wait ends before the next one begins.
            self.reported = None;
            self.reported = Some((what.to_owned(), patience.waiting(what)));
        }
        patience.sleep(pause).await
    }
}
