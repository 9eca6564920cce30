//! Whether a change that failed is made again, and when.

use super::target::Target;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::object_lock::{ObjectGuard, lock_keys};
use crate::request::Condition;
use crate::retry::{self, Backoff};
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;

/// How often a precondition may fail although nobody has changed the object.
const MAX_PRECONDITION_FAILURES: u32 = 5;

/// Whether a write failed because its precondition did.
pub(super) fn is_precondition_failed(error: &Error) -> bool {
    // An operation says so as well while something holds its target.
    error.is_precondition_failed() && !retry::is_busy(error)
}

/// How often a precondition has failed although nobody had changed the object: that it never is as
/// it was read would go on for ever.
#[derive(Default)]
pub(super) struct PreconditionFailures {
    count: u32,
    last: Option<Condition>,
}

impl PreconditionFailures {
    /// Counts one, and tells whether it is one too many.
    pub(super) fn are_too_many(&mut self, condition: Condition) -> bool {
        self.count = if self.last.as_ref() == Some(&condition) { self.count + 1 } else { 0 };
        self.last = Some(condition);
        self.count >= MAX_PRECONDITION_FAILURES
    }
}

/// When an error was first met of which ARM does not say whether it passes.
#[derive(Default)]
pub(super) struct FirstMet(Option<Instant>);

impl FirstMet {
    /// Counted from the first of them: what failed may have taken long itself.
    pub(super) fn is_within(&mut self, limit: Duration) -> bool {
        self.0.get_or_insert_with(Instant::now).elapsed() < limit
    }

    /// Whether a change failed because of something that passes.
    fn passes(&mut self, error: &Error, condition: &Condition) -> bool {
        // ARM says "Conflict" of what passes and of what does not, and an operation says that a
        // precondition failed, though there was none, while something holds its target.
        let locked = *condition == Condition::None && retry::is_locked(error);
        retry::is_busy(error)
            || (retry::is_unexplained_conflict(error) && self.is_within(retry::CONFLICT_TIMEOUT))
            || (locked && self.is_within(retry::LINGERING_TIMEOUT))
    }
}

/// The try that failed.
pub(super) struct FailedTry<'a> {
    pub(super) error: Error,
    pub(super) condition: &'a Condition,
    pub(super) body: Option<&'a Json>,
}

/// How long to wait after a try that failed, and whether to try again at all.
pub(super) struct WriteRetry {
    backoff: Backoff,
    conflict: FirstMet,
    guard: ObjectGuard,
    /// How often in a row the connection failed.
    connection_errors: u32,
    /// If `true`, a new token was asked for since the last other answer.
    renewed: bool,
    last: Option<Error>,
}

impl WriteRetry {
    /// One whose pauses are so long at most.
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
    /// The error itself where it does not pass, or the end of the time.
    pub(super) async fn wait(
        &mut self,
        target: &Target<'_>,
        failed: FailedTry<'_>,
        until: &Deadline,
    ) -> Result<(), Error> {
        let FailedTry { error, condition, body } = failed;
        if error.status() == Some(401) && !self.renewed {
            // The token that was refused is forgotten by now; another may be better.
            self.renewed = true;
            return Ok(());
        }
        self.renewed = false;
        let connection = error.status().is_none() && error.is_transient();
        self.connection_errors = if connection { self.connection_errors + 1 } else { 0 };
        if self.connection_errors >= retry::MAX_WRITE_CONNECTION_ERRORS {
            let note = format!("That was the last of {} tries.", self.connection_errors);
            return Err(error.with_note(&note));
        }
        if self.conflict.passes(&error, condition) {
            tracing::debug!(%error, id = %target.id, "the change waits for others");
            let pause = self.backoff.pause(error.retry_after());
            let keys = || lock_keys(target.id, body);
            let waited = target.arm.object_locks().wait(&mut self.guard, keys, pause, until).await;
            waited.map_err(|end| end.after(&error))?;
        } else if retry::is_transient(&error) || target.arm.is_role_propagating(&error) {
            tracing::debug!(%error, id = %target.id, "the change is made again");
            self.pause(&error, until).await?;
        } else {
            return Err(self.after_last(error));
        }
        self.last = Some(error);
        Ok(())
    }

    /// Waits as long as an error asks for, or a little longer than the last time.
    pub(super) async fn pause(&mut self, error: &Error, until: &Deadline) -> Result<(), Error> {
        let pause = self.backoff.pause(error.retry_after());
        until.sleep(pause).await.map_err(|end| end.after(error))
    }

    /// The end of a repetition, with what was the reason to repeat.
    pub(super) fn after_last(&self, error: Error) -> Error {
        match &self.last {
            Some(last) => error.after(last),
            None => error,
        }
    }
}
