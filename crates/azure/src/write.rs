//! Changes: PUT, PATCH and DELETE with the operations that they begin, made again when something
//! else was in the way.

use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::{Answer, Arm, Call, Condition};
use crate::id::ResourceId;
use crate::merge;
use crate::operation;
use crate::retry::{self, Backoff};
use azure_core::http::Method;
use serde_json::Value as Json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How long the last look for a change whose answer was lost may take.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// Whether a change failed because of something that passes.
fn passes(error: &Error, started: Instant) -> bool {
    // ARM says "Conflict" of what passes and of what does not: for a while it is believed to pass.
    let doubtful = retry::is_conflict(error) && started.elapsed() < retry::DOUBTED_FOR;
    retry::is_worth_reissuing(error) || doubtful
}

/// Whether a delete failed because of children that may be going.
fn lingers(error: &Error, started: Instant) -> bool {
    retry::is_lingering(error) && started.elapsed() < retry::LINGERS_FOR
}

/// A PUT or a PATCH.
pub struct Write<'a> {
    arm: &'a Arm,
    method: Method,
    id: &'a ResourceId,
    api: &'a str,
    body: &'a Json,
    condition: Condition,
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
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
        let started = Instant::now();
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
                Err(error) if passes(&error, started) => {
                    tracing::debug!(%error, id = %self.id, "the change is made again");
                    let pause = backoff.pause(error.retry_after());
                    until.sleep(pause).await.map_err(|end| end.after(&error))?;
                }
                done => return done,
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
        };
        let answer = match self.arm.send(&call, until).await {
            Ok(answer) => answer,
            Err(error) => {
                self.find_what_was_lost(&error, until, accepted).await;
                return Err(error);
            }
        };
        if !answer.is_success() {
            let error = answer.error();
            return self
                .refused(error, condition, answer.repeated, until, accepted)
                .await;
        }
        accepted();
        if let Err(error) = operation::follow(self.arm, &answer, &url, until).await {
            return self
                .refused(error, condition, answer.repeated, until, accepted)
                .await;
        }
        self.now(&answer, until).await
    }

    /// Without an answer nobody knows whether the change was made. A resource that is there as it
    /// was written is ours, and must be on record.
    async fn find_what_was_lost(
        &self,
        error: &Error,
        until: &Deadline,
        accepted: &(dyn Fn() + Sync),
    ) {
        if !matches!(
            error.kind(),
            Kind::Timeout | Kind::Cancelled | Kind::Transport
        ) {
            return;
        }
        let found = self
            .arm
            .get(self.id, self.api, &until.grace(LAST_LOOK))
            .await;
        if let Ok(Some(live)) = found
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
        let state = body["properties"]["provisioningState"]
            .as_str()
            .unwrap_or("Succeeded");
        if settled && body.is_object() && state.eq_ignore_ascii_case("succeeded") {
            return Ok(body);
        }
        let reply = self.arm.get(self.id, self.api, until).await?;
        Ok(reply.map_or(Json::Null, |reply| reply.body))
    }

    /// Tells what a refusal means. A precondition that fails after a try whose answer was lost may
    /// fail because of that try: the resource is then ours, if it is as it was written.
    async fn refused(
        &self,
        error: Error,
        condition: &Condition,
        repeated: bool,
        until: &Deadline,
        accepted: &(dyn Fn() + Sync),
    ) -> Result<Json, Error> {
        let precondition = error.status() == Some(412) || error.code_is("PreconditionFailed");
        if *condition != Condition::IfNoneMatch || !precondition {
            return Err(error);
        }
        if repeated {
            let live = self.arm.get(self.id, self.api, until).await?;
            if let Some(live) = live.filter(|live| merge::contains(&live.body, self.body)) {
                accepted();
                return Ok(live.body);
            }
        }
        Err(error.with_kind(Kind::Exists))
    }
}

impl Delete<'_> {
    /// Deletes, and waits until ARM no longer shows the resource.
    ///
    /// # Errors
    ///
    /// What ARM says.
    pub async fn run(self, until: &Deadline) -> Result<(), Error> {
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(10));
        let started = Instant::now();
        loop {
            match self.once(until).await {
                Err(error) if passes(&error, started) || lingers(&error, started) => {
                    tracing::debug!(%error, id = %self.id, "the delete is made again");
                    let pause = backoff.pause(error.retry_after());
                    until.sleep(pause).await.map_err(|end| end.after(&error))?;
                }
                done => return done,
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
        };
        let answer = self.arm.send(&call, until).await?;
        match answer.status {
            204 | 404 if answer.header("azure-asyncoperation").is_none() => return Ok(()),
            200..=299 => {}
            _ => return Err(answer.error()),
        }
        // A body that still says "Succeeded" is the resource's, not the operation's.
        if answer.header("azure-asyncoperation").is_some() || answer.header("location").is_some() {
            operation::follow(self.arm, &answer, &url, until).await?;
        }
        let mut backoff = Backoff::of_polls();
        while self.arm.get(self.id, self.api, until).await?.is_some() {
            until.sleep(backoff.pause(None)).await?;
        }
        Ok(())
    }
}
