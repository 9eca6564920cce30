//! Retries of failed changes.

use super::target::Target;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::object_lock::{ObjectGuard, lock_keys};
use crate::request::Condition;
use crate::retry::{self, Backoff};
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;

/// Number of times that a precondition may fail although the object did not change.
const MAX_PRECONDITION_FAILURES: u32 = 5;

/// Returns `true` if a write failed because of its precondition.
pub(super) fn is_precondition_failed(error: &Error) -> bool {
    // Operations report a locked target with the same code.
    error.is_precondition_failed() && !retry::is_busy(error)
}

/// Counts how often a precondition failed although the object did not change, to end retries that
/// would never succeed.
#[derive(Default)]
pub(super) struct PreconditionFailures {
    count: u32,
    last: Option<Condition>,
}

impl PreconditionFailures {
    /// Counts a failure, and returns `true` if there were too many.
    pub(super) fn are_too_many(&mut self, condition: Condition) -> bool {
        self.count = if self.last.as_ref() == Some(&condition) { self.count + 1 } else { 0 };
        self.last = Some(condition);
        self.count >= MAX_PRECONDITION_FAILURES
    }
}

/// Time of the first error whose answer does not say whether it passes.
#[derive(Default)]
pub(super) struct FirstMet(Option<Instant>);

impl FirstMet {
    /// Returns `true` within `limit` of the first such error. The try before may have taken long,
    /// so its begin does not count.
    pub(super) fn is_within(&mut self, limit: Duration) -> bool {
        self.0.get_or_insert_with(Instant::now).elapsed() < limit
    }

    /// Returns `true` if the reason of the failure passes.
    fn passes(&mut self, error: &Error, condition: &Condition) -> bool {
        // ARM uses "Conflict" for transient and for permanent conflicts, and an operation reports a
        // locked target as a failed precondition, although the request had none.
        let locked = *condition == Condition::None && retry::is_locked(error);
        retry::is_busy(error)
            || (retry::is_unexplained_conflict(error) && self.is_within(retry::CONFLICT_TIMEOUT))
            || (locked && self.is_within(retry::LINGERING_TIMEOUT))
    }
}

/// A failed try.
pub(super) struct FailedTry<'a> {
    pub(super) error: Error,
    pub(super) condition: &'a Condition,
    pub(super) body: Option<&'a Json>,
}

/// Decides whether a change is retried, and waits before the retry.
pub(super) struct WriteRetry {
    backoff: Backoff,
    conflict: FirstMet,
    guard: ObjectGuard,
    /// Number of times in a row that the connection failed.
    connection_errors: u32,
    /// If `true`, the last try was denied with 401, and this one uses a new token.
    renewed: bool,
    last: Option<Error>,
}

impl WriteRetry {
    /// Creates a retry whose longest pause is `longest`.
    pub(super) fn new(longest: Duration) -> Self {
        Self {
            backoff: Backoff::new(Duration::from_millis(200), longest),
            conflict: FirstMet::default(),
            guard: ObjectGuard::default(),
            connection_errors: 0,
            renewed: false,
            last: None,
        }
    }

    /// Waits before the next try.
    ///
    /// # Errors
    ///
    /// The error of the try if it is permanent, or a timeout.
    pub(super) async fn wait(
        &mut self,
        target: &Target<'_>,
        failed: FailedTry<'_>,
        until: &Deadline,
    ) -> Result<(), Error> {
        let FailedTry { error, condition, body } = failed;
        if error.status() == Some(401) && !self.renewed {
            // The refused token is no longer cached, so the next try gets a new one.
            self.renewed = true;
            return Ok(());
        }
        self.renewed = false;
        let connection = error.status().is_none() && error.is_transient();
        self.connection_errors = if connection { self.connection_errors + 1 } else { 0 };
        if self.connection_errors >= retry::MAX_WRITE_CONNECTION_ERRORS {
            let note = format!("The request failed {} times in a row.", self.connection_errors);
            return Err(error.with_note(&note));
        }
        if self.conflict.passes(&error, condition) {
            tracing::debug!(%error, id = %target.id, "the change waits for another operation");
            let pause = self.backoff.pause(error.retry_after());
            let keys = || lock_keys(target.id, body);
            let _wait = until.waiting(retry::awaited(&error));
            let waited = target.arm.object_locks().wait(&mut self.guard, keys, pause, until).await;
            waited.map_err(|end| end.after(&error))?;
        } else if retry::is_transient(&error) || target.arm.is_role_propagating(&error) {
            tracing::debug!(%error, id = %target.id, "the change is retried");
            self.pause(&error, until).await?;
        } else {
            return Err(self.after_last(error));
        }
        self.last = Some(error);
        Ok(())
    }

    /// Waits as long as the error asks for, or longer than the last time.
    pub(super) async fn pause(&mut self, error: &Error, until: &Deadline) -> Result<(), Error> {
        let pause = self.backoff.pause(error.retry_after());
        let _wait = until.waiting(retry::awaited(error));
        until.sleep(pause).await.map_err(|end| end.after(error))
    }

    /// Adds the reason of the last retry to the error that ends the retries.
    pub(super) fn after_last(&self, error: Error) -> Error {
        match &self.last {
            Some(last) => error.after(last),
            None => error,
        }
    }
}
