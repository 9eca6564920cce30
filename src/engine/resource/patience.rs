//! How long what must still come about is waited for, and how often it is looked at.

use super::PendingCondition;
use crate::engine::related::LOOK_AGAIN;
use azure::deadline::Deadline;
use azure::error::Error;
use std::time::{Duration, Instant};

/// The longest time between two looks.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long something has been waited for.
pub(in crate::engine) struct Patience {
    step: &'static str,
    begun: Instant,
}

impl Default for Patience {
    fn default() -> Self {
        Self { step: "", begun: Instant::now() }
    }
}

impl Patience {
    /// Waits before the next look at what must still come about.
    ///
    /// # Errors
    ///
    /// When its time is over, or the call interrupted.
    pub(in crate::engine) async fn pause(
        &mut self,
        pending: &PendingCondition,
        until: &Deadline,
    ) -> Result<(), Error> {
        if pending.step != self.step {
            *self = Self { step: pending.step, begun: Instant::now() };
        }
        let waited = self.begun.elapsed();
        let pause = (waited / 10).clamp(LOOK_AGAIN, LONGEST_PAUSE);
        let left = pending.within.map(|within| within.saturating_sub(waited));
        let patience = left.map_or_else(|| until.clone(), |left| until.at_most(left));
        patience.sleep(pause).await
    }
}
