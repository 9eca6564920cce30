//! The time limit of a call, its interruption, and an observer of its waits.

use crate::error::{Error, ErrorKind};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

/// The longest time limit. Longer ones are cut to it.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Time to wait for the answer to a sent request after an interruption.
const CANCEL_GRACE: Duration = Duration::from_secs(20);

/// The end of a call, by time limit or by interruption.
#[derive(Clone, Debug)]
pub struct Deadline {
    at: Instant,
    allowed: Duration,
    cancel: CancellationToken,
    observer: Option<Arc<dyn WaitObserver>>,
}

/// Receives what an operation waits for, for a log or a report.
pub trait WaitObserver: fmt::Debug + Send + Sync {
    /// Begins a wait for `what`, a noun phrase. The wait ends when the returned value is dropped,
    /// and is given up after `left`.
    fn begin(&self, what: String, left: Duration) -> WaitGuard;
}

/// Ends a wait when it is dropped.
pub type WaitGuard = Box<dyn Send + Sync>;

impl Deadline {
    /// Creates a deadline `allowed` from now, which also ends when the token is cancelled.
    pub fn new(allowed: Duration, cancel: CancellationToken) -> Self {
        // The clock has an end.
        let allowed = allowed.min(LONGEST);
        Self { at: Instant::now() + allowed, allowed, cancel, observer: None }
    }

    /// Returns this deadline with an observer of its waits.
    #[must_use]
    pub fn observed(self, observer: Arc<dyn WaitObserver>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Begins a wait for `what`, a noun phrase such as `the release of "subnet"`. The wait ends
    /// when the returned value is dropped.
    #[must_use = "the wait ends when the returned value is dropped"]
    pub fn waiting(&self, what: impl fmt::Display) -> Option<WaitGuard> {
        let observer = self.observer.as_ref()?;
        Some(observer.begin(what.to_string(), self.remaining()))
    }

    /// Returns this deadline, or one that is `allowed` from now if that is earlier.
    #[must_use]
    pub fn at_most(&self, allowed: Duration) -> Self {
        let at = Instant::now() + allowed.min(LONGEST);
        if at >= self.at {
            return self.clone();
        }
        Self { at, allowed, ..self.clone() }
    }

    /// Returns the time that is left.
    pub fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Runs a future until it ends, the time is over, or the call is interrupted.
    ///
    /// # Errors
    ///
    /// The errors of the future; [`ErrorKind::Timeout`] and [`ErrorKind::Cancelled`].
    pub async fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(self.cancelled()),
            done = timeout_at(self.at, work) => done.unwrap_or_else(|_| Err(self.timeout())),
        }
    }

    /// Runs a future that must not be dropped half-way. After an interruption it gets some time to
    /// end.
    ///
    /// # Errors
    ///
    /// The errors of the future; [`ErrorKind::Timeout`] and [`ErrorKind::Cancelled`], which say
    /// whether the work may have been carried out.
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

    /// Returns a deadline `allowed` from now that no interruption ends, for a last read.
    #[must_use]
    pub fn grace(&self, allowed: Duration) -> Self {
        let observer = self.observer.clone();
        Self { observer, ..Self::new(allowed, CancellationToken::new()) }
    }

    /// Waits for `pause`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`], at once, if the deadline is earlier, and
    /// [`ErrorKind::Cancelled`].
    pub async fn sleep(&self, pause: Duration) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(self.cancelled());
        }
        // Compared before it is added: a service may ask for a pause beyond the end of the clock.
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
        Error::new(
            ErrorKind::Timeout,
            format!("The operation did not finish within {seconds} seconds."),
        )
    }

    fn cancelled(&self) -> Error {
        Error::new(ErrorKind::Cancelled, "The operation was interrupted.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_shorter_limit_never_ends_later_than_the_deadline() {
        let whole = Deadline::new(Duration::from_secs(60), CancellationToken::new());
        for (allowed, ends) in [(10, 10), (60, 60), (600, 60), (u64::MAX, 60)] {
            let part = whole.at_most(Duration::from_secs(allowed));
            assert_eq!(part.remaining(), Duration::from_secs(ends));
            let error = part.sleep(Duration::MAX).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("The operation did not finish within {ends} seconds.")
            );
        }
        assert_eq!(whole.grace(Duration::from_secs(90)).remaining(), Duration::from_secs(90));
    }

    #[tokio::test(start_paused = true)]
    async fn an_interruption_ends_waits_and_reads() {
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
