//! Changes: PUT, PATCH and DELETE with the operations that they begin.
//!
//! This is the only place that writes. A try that fails for a reason that passes is not sent again
//! as it was: the object is read, the body made from what is there, and the condition set anew, so
//! that nothing is written over what changed in between.

mod change;
mod create;
mod delete;
mod whose;

pub use change::{Change, Changed, How, NotChanged};
pub use create::{Created, Creation, Earlier, Heard, NotCreated};
pub use delete::Delete;
pub use whose::Whose;

use crate::deadline::Deadline;
use crate::error::Error;
use crate::http::{Arm, Condition};
use crate::id::ResourceId;
use crate::operation;
use crate::retry::{self, Backoff};
use crate::send::{Answer, Call};
use crate::turns::{self, Turn};
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How long the last look at an object may take whose change failed.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// How often a precondition may fail although nobody has changed the object.
const MOST_REFUSALS: u32 = 5;

/// How often a precondition has failed although nobody had changed the object: that it never is as
/// it was read would go on for ever.
#[derive(Default)]
struct Refusals {
    count: u32,
    last: Option<Condition>,
}

impl Refusals {
    /// Counts one, and tells whether it is one too many.
    fn are_too_many(&mut self, condition: Condition) -> bool {
        self.count = if self.last.as_ref() == Some(&condition) { self.count + 1 } else { 0 };
        self.last = Some(condition);
        self.count >= MOST_REFUSALS
    }
}

/// Since when a fault has been met of which ARM does not say whether it passes.
#[derive(Default)]
struct Doubt(Option<Instant>);

impl Doubt {
    /// Counted from the first of them: what failed may have taken long itself.
    fn is_younger_than(&mut self, age: Duration) -> bool {
        self.0.get_or_insert_with(Instant::now).elapsed() < age
    }

    /// Whether a change failed because of something that passes.
    fn passes(&mut self, error: &Error, condition: &Condition) -> bool {
        // ARM says "Conflict" of what passes and of what does not, and an operation says that a
        // precondition failed, though there was none, while something holds its target.
        let locked = *condition == Condition::None && retry::is_locked(error);
        retry::is_worth_reissuing(error)
            || (retry::is_conflict(error) && self.is_younger_than(retry::DOUBTED_FOR))
            || (locked && self.is_younger_than(retry::LINGERS_FOR))
    }
}

/// How long to wait after a try that failed, and whether to try again at all.
struct Patience<'a> {
    arm: &'a Arm,
    id: &'a ResourceId,
    backoff: Backoff,
    doubt: Doubt,
    turn: Turn,
    /// How often in a row the connection failed.
    faults: u32,
    /// Whether a new token was asked for since the last other answer.
    renewed: bool,
    last: Option<Error>,
}

impl<'a> Patience<'a> {
    fn new(arm: &'a Arm, id: &'a ResourceId, longest: Duration) -> Self {
        Self {
            arm,
            id,
            backoff: Backoff::new(Duration::from_millis(200), longest),
            doubt: Doubt::default(),
            turn: Turn::default(),
            faults: 0,
            renewed: false,
            last: None,
        }
    }

    /// Waits before the next try.
    ///
    /// # Errors
    ///
    /// The error itself where it does not pass, or the end of the time.
    async fn wait(
        &mut self,
        error: Error,
        (condition, body): (&Condition, Option<&Json>),
        until: &Deadline,
    ) -> Result<(), Error> {
        if error.status() == Some(401) && !self.renewed {
            // The token that was refused is forgotten by now; another may be better.
            self.renewed = true;
            return Ok(());
        }
        self.renewed = false;
        self.faults =
            if error.status().is_none() && error.may_pass() { self.faults + 1 } else { 0 };
        if self.faults >= retry::MOST_WRITE_FAULTS {
            let note = format!("That was the last of {} tries.", self.faults);
            return Err(error.with_note(&note));
        }
        if self.doubt.passes(&error, condition) {
            tracing::debug!(%error, id = %self.id, "the change waits for others");
            let pause = self.backoff.pause(error.retry_after());
            let around = || turns::around(self.id, body);
            let waited = self.arm.turns().wait(&mut self.turn, around, pause, until).await;
            waited.map_err(|end| end.after(&error))?;
        } else if retry::passes(&error) || self.arm.propagation().passes(&error) {
            tracing::debug!(%error, id = %self.id, "the change is made again");
            self.pause(&error, until).await?;
        } else {
            return Err(self.later(error));
        }
        self.last = Some(error);
        Ok(())
    }

    /// Waits as long as an error asks for, or a little longer than the last time.
    async fn pause(&mut self, error: &Error, until: &Deadline) -> Result<(), Error> {
        let pause = self.backoff.pause(error.retry_after());
        until.sleep(pause).await.map_err(|end| end.after(error))
    }

    /// The end of a repetition, with what was the reason to repeat.
    fn later(&self, error: Error) -> Error {
        match &self.last {
            Some(last) => error.after(last),
            None => error,
        }
    }
}

/// What a write sends.
struct Sending<'a> {
    method: Method,
    url: Url,
    body: &'a Json,
    condition: &'a Condition,
}

impl Sending<'_> {
    /// Sends it, once.
    ///
    /// # Errors
    ///
    /// A refusal of ARM's, and the lack of an answer, after which it may have been carried out.
    async fn send(self, arm: &Arm, until: &Deadline) -> Result<Answer, Error> {
        let call = Call {
            method: self.method,
            url: self.url,
            body: Some(self.body),
            condition: self.condition,
            most_faults: 1,
            decides: true,
        };
        let answer = arm.send_once(&call, until).await?;
        if answer.is_success() { Ok(answer) } else { Err(answer.error()) }
    }
}

/// The object after a write that came to its end; null while ARM does not show it.
///
/// # Errors
///
/// Those of the read.
async fn now(
    arm: &Arm,
    (id, api): (&ResourceId, &str),
    answer: &Answer,
    until: &Deadline,
) -> Result<Json, Error> {
    let settled = answer.status == 200
        && answer.header("azure-asyncoperation").is_none()
        && answer.header("location").is_none();
    let body = answer.json().unwrap_or_default();
    let state = body["properties"]["provisioningState"].as_str().unwrap_or("Succeeded");
    if settled && body.is_object() && state.eq_ignore_ascii_case("succeeded") {
        return Ok(body);
    }
    let reply = arm.get(id, api, until).await?;
    Ok(reply.map_or(Json::Null, |reply| reply.body))
}

/// Follows what a write began to its end, by the object itself where its operation does not let
/// itself be followed.
///
/// # Errors
///
/// The operation's own failure; otherwise those of the requests.
async fn followed(arm: &Arm, answer: &Answer, url: &Url, until: &Deadline) -> Result<(), Error> {
    let error = match operation::written(arm, answer, url, until).await {
        Err(error) if error.is_unseen() => error,
        ended => return ended,
    };
    tracing::debug!(%error, "the operation cannot be followed; the object is asked instead");
    match operation::settled(arm, url, until).await {
        // Nobody can tell: then the first reason is the better one.
        Err(other) if other.is_unseen() => Err(error),
        ended => ended,
    }
}

fn is_precondition(error: &Error) -> bool {
    // An operation says so as well while something holds its target.
    error.is_collision() && !retry::is_worth_reissuing(error)
}
