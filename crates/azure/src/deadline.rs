//! How long a call may go on, and how it is interrupted.

use crate::error::{Error, ErrorKind};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

/// The longest time that is told apart from for ever.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long the answer to what was sent is still waited for after an interruption.
const CANCEL_GRACE: Duration = Duration::from_secs(20);

/// The end of an operation, in time or by interruption.
#[derive(Clone, Debug)]
pub struct Deadline {
    at: Instant,
    allowed: Duration,
    cancel: CancellationToken,
}

impl Deadline {
    /// An operation that may take so long, and ends when the token is cancelled.
    pub fn new(allowed: Duration, cancel: CancellationToken) -> Self {
        // Beyond a year it makes no difference, and the clock has an end.
        let allowed = allowed.min(LONGEST);
        Self { at: Instant::now() + allowed, allowed, cancel }
    }

    /// This deadline, or an earlier one in so long from now.
    #[must_use]
    pub fn at_most(&self, allowed: Duration) -> Self {
        let at = Instant::now() + allowed.min(LONGEST);
        if at >= self.at {
            return self.clone();
        }
        Self { at, allowed, cancel: self.cancel.clone() }
    }

    /// The time that is left.
    pub fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Runs something until it is done, the time is over, or it is interrupted.
    ///
    /// # Errors
    ///
    /// Those of the future; [`ErrorKind::Timeout`] and [`ErrorKind::Cancelled`].
    pub async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(self.cancelled()),
            done = timeout_at(self.at, work) => done.unwrap_or_else(|_| Err(self.timeout())),
        }
    }

    /// Runs what must not be torn: an interruption leaves it some time to come to its end.
    ///
    /// # Errors
    ///
    /// Those of the future; [`ErrorKind::Timeout`] and [`ErrorKind::Cancelled`], which tell whether
    /// the work had begun.
    pub async fn run_to_completion<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if self.cancel.is_cancelled() {
            return Err(self.cancelled());
        }
        let mut work = std::pin::pin!(work);
        if let Ok(done) = self.run(async { Ok(work.as_mut().await) }).await {
            return done;
        }
        if !self.cancel.is_cancelled() {
            return Err(self.timeout().maybe_applied(true));
        }
        let end = self.at.min(Instant::now() + CANCEL_GRACE);
        let done = timeout_at(end, work).await;
        done.unwrap_or_else(|_| Err(self.cancelled().maybe_applied(true)))
    }

    /// A short time after this one, whatever has become of it: for a last look.
    #[must_use]
    pub fn grace(&self, allowed: Duration) -> Self {
        Self::new(allowed, CancellationToken::new())
    }

    /// Waits so long.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`], at once, when the time is over before then, and
    /// [`ErrorKind::Cancelled`].
    pub async fn sleep(&self, pause: Duration) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(self.cancelled());
        }
        // Compared before it is added: a pause that a service asks for may be beyond all clocks.
        if pause >= self.remaining() {
            return Err(self.timeout());
        }
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(self.cancelled()),
            () = sleep_until(Instant::now() + pause) => Ok(()),
        }
    }

    fn timeout(&self) -> Error {
        let seconds = self.allowed.as_secs_f64();
        Error::new(ErrorKind::Timeout, format!("It was not done within {seconds} seconds."))
    }

    fn cancelled(&self) -> Error {
        Error::new(ErrorKind::Cancelled, "It was asked to stop.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_part_of_the_time_ends_no_later_than_the_whole() {
        let whole = Deadline::new(Duration::from_secs(60), CancellationToken::new());
        for (allowed, ends) in [(10, 10), (60, 60), (600, 60), (u64::MAX, 60)] {
            let part = whole.at_most(Duration::from_secs(allowed));
            assert_eq!(part.remaining(), Duration::from_secs(ends));
            let error = part.sleep(Duration::MAX).await.unwrap_err();
            assert_eq!(error.to_string(), format!("It was not done within {ends} seconds."));
        }
        // A last look has its own time, whatever has become of the rest.
        assert_eq!(whole.grace(Duration::from_secs(90)).remaining(), Duration::from_secs(90));
    }

    #[tokio::test(start_paused = true)]
    async fn an_interruption_ends_a_wait_and_what_can_be_torn() {
        let cancel = CancellationToken::new();
        let until = Deadline::new(Duration::from_secs(60), cancel.clone());
        let begun = Instant::now();
        let forever = until.run(std::future::pending::<Result<(), Error>>());
        let interrupted = async {
            sleep_until(begun + Duration::from_secs(3)).await;
            cancel.cancel();
        };
        let (ended, ()) = tokio::join!(forever, interrupted);
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Cancelled);
        let ended = until.sleep(Duration::from_secs(1)).await.unwrap_err();
        assert_eq!(ended.kind(), ErrorKind::Cancelled);
        assert_eq!(begun.elapsed(), Duration::from_secs(3));
    }
}
