//! Changes: PUT, PATCH and DELETE with the operations that they begin, made again when something
//! else was in the way.

use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::{Arm, Condition};
use crate::id::ResourceId;
use crate::merge;
use crate::operation;
use crate::retry::{self, Backoff};
use crate::send::{Answer, Call};
use crate::turns::{self, Turn};
use azure_core::http::Method;
use serde_json::Value as Json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How long the last look for a change whose answer was lost may take.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// How long ARM may hide what it says is there (it replicates with a delay).
const HIDDEN_FOR: Duration = Duration::from_secs(30);

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

/// A PUT or a PATCH.
pub struct Write<'a> {
    arm: &'a Arm,
    method: Method,
    id: &'a ResourceId,
    api: &'a str,
    body: &'a Json,
    condition: Condition,
    /// Whether a try may have been carried out of which nobody heard.
    lost: AtomicBool,
}

/// A DELETE.
pub struct Delete<'a> {
    arm: &'a Arm,
    id: &'a ResourceId,
    api: &'a str,
}

impl Arm {
    /// Writes a whole resource.
    pub fn put<'a>(
        &'a self,
        id: &'a ResourceId,
        api: &'a str,
        body: &'a Json,
        condition: Condition,
    ) -> Write<'a> {
        Write {
            arm: self,
            method: Method::Put,
            id,
            api,
            body,
            condition,
            lost: AtomicBool::new(false),
        }
    }

    /// Writes part of a resource (RFC 7396).
    pub fn patch<'a>(&'a self, id: &'a ResourceId, api: &'a str, body: &'a Json) -> Write<'a> {
        let condition = Condition::None;
        Write {
            arm: self,
            method: Method::Patch,
            id,
            api,
            body,
            condition,
            lost: AtomicBool::new(false),
        }
    }

    /// Deletes a resource. That there is none is success.
    pub fn delete<'a>(&'a self, id: &'a ResourceId, api: &'a str) -> Delete<'a> {
        Delete { arm: self, id, api }
    }
}

impl Write<'_> {
    /// Makes the change and waits until it is done; answers the resource as it is then, or null
    /// while ARM does not show it yet.
    ///
    /// `accepted` is called as soon as ARM has accepted the change: from then on the resource may
    /// exist, whatever becomes of the operation.
    ///
    /// # Errors
    ///
    /// [`Kind::Exists`] when it was to be new and is not; else what ARM says.
    pub async fn run(self, until: &Deadline, accepted: &(dyn Fn() + Sync)) -> Result<Json, Error> {
        let _writing = self.arm.lists().writing();
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
        let (mut doubt, mut turn) = (Doubt::default(), Turn::default());
        let mut last: Option<Error> = None;
        // Once ARM has accepted it, it is ours: a repetition then has no condition.
        let made = AtomicBool::new(false);
        let accepted = || {
            made.store(true, Ordering::Relaxed);
            accepted();
        };
        loop {
            let condition = match made.load(Ordering::Relaxed) {
                true => &Condition::None,
                false => &self.condition,
            };
            match self.once(condition, until, &accepted).await {
                Err(error) if doubt.passes(&error, condition) => {
                    tracing::debug!(%error, id = %self.id, "the change waits for others");
                    let pause = backoff.pause(error.retry_after());
                    let around = || turns::around(self.id, Some(self.body));
                    let waited = self.arm.turns().wait(&mut turn, around, pause, until).await;
                    waited.map_err(|end| end.after(&error))?;
                    last = Some(error);
                }
                Err(error) if self.arm.propagation().passes(&error) => {
                    tracing::debug!(%error, id = %self.id, "the change is made again");
                    let pause = backoff.pause(error.retry_after());
                    until.sleep(pause).await.map_err(|end| end.after(&error))?;
                    last = Some(error);
                }
                done => return done.map_err(|error| later(error, last.as_ref())),
            }
        }
    }

    async fn once(
        &self,
        condition: &Condition,
        until: &Deadline,
        accepted: &(dyn Fn() + Sync),
    ) -> Result<Json, Error> {
        let url = self.arm.url(self.id.as_str(), self.api)?;
        let call = Call {
            method: self.method,
            url: url.clone(),
            body: Some(self.body),
            condition,
            most_faults: retry::MOST_CONNECTION_FAULTS,
            decides: true,
        };
        let answer = match self.arm.send(&call, until).await {
            Ok(answer) => answer,
            Err(error) => {
                if error.may_have_acted() {
                    self.find_what_was_lost(until, accepted).await;
                }
                return Err(error);
            }
        };
        let lost = self.lost.fetch_or(answer.repeated, Ordering::Relaxed) || answer.repeated;
        let done = if answer.is_success() {
            accepted();
            operation::written(self.arm, &answer, &url, until).await
        } else {
            Err(answer.error())
        };
        match done {
            Ok(()) => self.now(&answer, until).await,
            Err(error) if *condition == Condition::IfNoneMatch && is_precondition(&error) => {
                self.is_there(error, (&url, lost), until, accepted).await
            }
            Err(error) => {
                if lost && !answer.is_success() {
                    self.find_what_was_lost(until, accepted).await;
                    return Err(error.having_acted(true));
                }
                Err(error)
            }
        }
    }

    /// Without an answer nobody knows whether the change was made. A resource that is there as it
    /// was written is ours, and must be on record.
    async fn find_what_was_lost(&self, until: &Deadline, accepted: &(dyn Fn() + Sync)) {
        let look = until.grace(LAST_LOOK);
        if let Ok(Some(live)) = self.arm.get(self.id, self.api, &look).await
            && merge::contains(&live.body, self.body)
        {
            accepted();
        }
    }

    /// The resource after the operation.
    async fn now(&self, answer: &Answer, until: &Deadline) -> Result<Json, Error> {
        let settled = answer.status == 200
            && answer.header("azure-asyncoperation").is_none()
            && answer.header("location").is_none();
        let body = answer.json().unwrap_or_default();
        let state = body["properties"]["provisioningState"].as_str().unwrap_or("Succeeded");
        if settled && body.is_object() && state.eq_ignore_ascii_case("succeeded") {
            return Ok(body);
        }
        let reply = self.arm.get(self.id, self.api, until).await?;
        Ok(reply.map_or(Json::Null, |reply| reply.body))
    }

    /// It was to be new, and is there. After a try whose answer was lost, it may be there because
    /// of that try: then it is ours, if it is as it was written.
    async fn is_there(
        &self,
        error: Error,
        (url, lost): (&Url, bool),
        until: &Deadline,
        accepted: &(dyn Fn() + Sync),
    ) -> Result<Json, Error> {
        let live = match lost {
            true => self.hidden(until).await,
            false => Ok(Json::Null),
        };
        let live = match live {
            Ok(live) => live,
            Err(error) => {
                self.find_what_was_lost(until, accepted).await;
                return Err(error);
            }
        };
        if !live.is_object() || !merge::contains(&live, self.body) {
            return Err(error.with_kind(Kind::Exists));
        }
        accepted();
        // The lost answer may have been the beginning of an operation.
        operation::settled(self.arm, url, until).await?;
        let reply = self.arm.get(self.id, self.api, until).await?;
        Ok(reply.map_or(Json::Null, |reply| reply.body))
    }

    /// What is said to be there; null when it does not show.
    async fn hidden(&self, until: &Deadline) -> Result<Json, Error> {
        let patience = until.at_most(HIDDEN_FOR);
        let mut backoff = Backoff::of_polls();
        loop {
            if let Some(reply) = self.arm.get(self.id, self.api, until).await? {
                return Ok(reply.body);
            }
            let pause = backoff.pause(None);
            if pause >= patience.remaining() {
                return Ok(Json::Null);
            }
            until.sleep(pause).await?;
        }
    }
}

impl Delete<'_> {
    /// Deletes, and waits until ARM no longer shows the resource.
    ///
    /// # Errors
    ///
    /// What ARM says.
    pub async fn run(self, until: &Deadline) -> Result<(), Error> {
        let _writing = self.arm.lists().writing();
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
        let (mut doubt, mut children) = (Doubt::default(), Doubt::default());
        let mut turn = Turn::default();
        let mut last: Option<Error> = None;
        loop {
            match self.once(until).await {
                Err(error) if doubt.passes(&error, &Condition::None) => {
                    tracing::debug!(%error, id = %self.id, "the delete waits for others");
                    let pause = backoff.pause(error.retry_after());
                    let around = || turns::around(self.id, None);
                    let waited = self.arm.turns().wait(&mut turn, around, pause, until).await;
                    waited.map_err(|end| end.after(&error))?;
                    last = Some(error);
                }
                Err(error)
                    if retry::is_lingering(&error)
                        && children.is_younger_than(retry::LINGERS_FOR) =>
                {
                    tracing::debug!(%error, id = %self.id, "the delete is made again");
                    let pause = backoff.pause(error.retry_after());
                    until.sleep(pause).await.map_err(|end| end.after(&error))?;
                    last = Some(error);
                }
                done => return done.map_err(|error| later(error, last.as_ref())),
            }
        }
    }

    async fn once(&self, until: &Deadline) -> Result<(), Error> {
        let url = self.arm.url(self.id.as_str(), self.api)?;
        let call = Call {
            method: Method::Delete,
            url: url.clone(),
            body: None,
            condition: &Condition::None,
            most_faults: retry::MOST_CONNECTION_FAULTS,
            decides: true,
        };
        let answer = self.arm.send(&call, until).await?;
        if !answer.is_success() {
            // Not any 404: a proxy's says nothing, and one of the subscription the wrong thing.
            let error = answer.error();
            return if error.is_absent() { Ok(()) } else { Err(error) };
        }
        if answer.status == 204 && answer.header("azure-asyncoperation").is_none() {
            return Ok(());
        }
        operation::deleted(self.arm, &answer, &url, until).await?;
        let there = Error::new(Kind::Conflict, "the resource is still there.");
        let mut backoff = Backoff::of_polls();
        loop {
            let found = self.arm.get(self.id, self.api, until).await;
            if found.map_err(|end| end.after(&there))?.is_none() {
                return Ok(());
            }
            let pause = backoff.pause(None);
            until.sleep(pause).await.map_err(|end| end.after(&there))?;
        }
    }
}

/// The end of a repetition, with what was the reason to repeat.
fn later(error: Error, last: Option<&Error>) -> Error {
    match last {
        Some(last) => error.after(last),
        None => error,
    }
}

fn is_precondition(error: &Error) -> bool {
    let failed = error.status() == Some(412) || error.code_is("PreconditionFailed");
    // An operation says so as well while something holds its target.
    failed && !retry::is_worth_reissuing(error)
}
