//! Changing what is there: read, merged, sent under a condition, followed, and all of it again
//! where something was in the way.

use super::retry::{FailedTry, PreconditionFailures, WriteRetry, is_precondition_failed};
use super::target::{LAST_LOOK, Target};
use crate::arm::Arm;
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::id::ResourceId;
use crate::operation::{has_failed, unfinished_state};
use crate::request::{Condition, GenericResource};
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;

/// How a change is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMethod {
    /// By a PUT of the whole object, under the condition that it is still as it was read.
    Put,
    /// By a PATCH of what differs (RFC 7396).
    Patch,
}

/// A change of an object.
pub struct Change<'a> {
    /// Its ID.
    pub id: &'a ResourceId,
    /// The API version that is spoken with it.
    pub api: &'a str,
    /// How it is written.
    pub method: WriteMethod,
    /// What to send, by what is there now; `None` when that is as it shall be.
    pub compose: &'a (dyn Fn(&Json) -> Result<Option<Json>, Error> + Sync),
    /// Called as soon as ARM has accepted the change.
    pub on_accepted: &'a (dyn Fn() + Sync),
}

/// A change that was made, or was not needed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The object afterwards; null while ARM does not show it, or does not let it be read.
    pub body: Json,
    /// If `true`, something was written.
    pub written: bool,
}

/// Why a change was not made, or not to its end.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct ChangeError {
    /// What is wrong.
    pub error: Error,
    /// If `true`, ARM accepted a write of ours all the same.
    pub accepted: bool,
    /// If `true`, there is no such object any more.
    pub gone: bool,
}

impl Arm {
    /// Changes an object, which may have been read already, and waits until that is done. Changes
    /// of one object go one after the other.
    ///
    /// # Errors
    ///
    /// What ARM says, and whether it has accepted anything.
    pub async fn change(
        &self,
        change: &Change<'_>,
        found: Option<GenericResource>,
        until: &Deadline,
    ) -> Result<Changed, ChangeError> {
        let refused = |error| ChangeError { error, accepted: false, gone: false };
        let target = Target::new(self, change.id, change.api).map_err(refused)?;
        let locked = self.object_locks().lock_object(change.id, until).await.map_err(refused)?;
        let turn = self.object_locks().take_turn(change.id, until).await.map_err(refused)?;
        let _writing = self.begin_write();
        let tries = Tries {
            target,
            change,
            retry: WriteRetry::new(Duration::from_secs(30)),
            accepted: false,
            pending: false,
            unfinished: None,
            was_failed: false,
            precondition_failures: PreconditionFailures::default(),
        };
        // What was read before others had the lock is old.
        tries.run(found.filter(|_| !locked.waited && !turn.waited), until).await
    }
}

/// The tries of a change.
struct Tries<'a> {
    target: Target<'a>,
    change: &'a Change<'a>,
    retry: WriteRetry,
    /// If `true`, ARM accepted a try.
    accepted: bool,
    /// If `true`, a try may have been carried out whose end is not known.
    pending: bool,
    /// What was sent last, where its operation failed for a reason that passes.
    unfinished: Option<Json>,
    /// If `true`, the object was left failed before the last try.
    was_failed: bool,
    precondition_failures: PreconditionFailures,
}

impl Tries<'_> {
    async fn run(
        mut self,
        mut found: Option<GenericResource>,
        until: &Deadline,
    ) -> Result<Changed, ChangeError> {
        loop {
            let live = match found.take() {
                Some(live) => Ok(Some(live)),
                None => self.target.get(until).await,
            };
            let tried = match live {
                Ok(Some(live)) => self.once(&live, until).await,
                Ok(None) => return Err(self.gone()),
                Err(error) => Err(error),
            };
            match tried {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                Err(error) => return Err(self.fail(error, until).await),
            }
        }
    }

    /// One try over what there is now; `None` when it must be read and tried again.
    async fn once(
        &mut self,
        live: &GenericResource,
        until: &Deadline,
    ) -> Result<Option<Changed>, Error> {
        if self.pending && !self.was_failed {
            // What a try without an answer has begun may have failed by now.
            unfinished_state(&live.body)?;
        }
        let Some(body) = (self.change.compose)(&live.body)?.or_else(|| self.rewrite(live)) else {
            return self.confirm(live, until).await.map(Some);
        };
        // A try without an answer has not come to anything.
        self.pending = false;
        self.was_failed = has_failed(&live.body);
        let (method, condition) = match self.change.method {
            WriteMethod::Put => (Method::Put, Condition::unchanged(live)),
            WriteMethod::Patch => (Method::Patch, Condition::None),
        };
        let error = match self.target.send(method, &body, &condition, until).await {
            Ok(accepted) => {
                self.accepted();
                match self.target.poll_write_or_object(&accepted, until).await {
                    Ok(()) => {
                        let body = self.target.after_write(&accepted, until).await;
                        let body = body.unwrap_or(Json::Null);
                        return Ok(Some(Changed { body, written: true }));
                    }
                    Err(error) => {
                        self.pending |= !error.is_operation_failure();
                        self.unfinished = error.is_operation_failure().then(|| body.clone());
                        error
                    }
                }
            }
            Err(error) => {
                self.pending |= error.is_maybe_applied();
                error
            }
        };
        if is_precondition_failed(&error) && condition != Condition::None {
            return self.collided(error, condition, until).await;
        }
        if error.is_not_found() && self.target.get(until).await?.is_none() {
            // The next look finds that it is gone.
            return Ok(None);
        }
        let failed = FailedTry { error, condition: &condition, body: Some(&body) };
        self.retry.wait(&self.target, failed, until).await?;
        Ok(None)
    }

    fn accepted(&mut self) {
        self.accepted = true;
        (self.change.on_accepted)();
    }

    /// An operation that failed may have left what was written: that is written as it is now, until
    /// ARM accepts it.
    fn rewrite(&self, live: &GenericResource) -> Option<Json> {
        self.unfinished.as_ref().map(|unfinished| match self.change.method {
            WriteMethod::Put => live.body.clone(),
            WriteMethod::Patch => part_of(&live.body, unfinished),
        })
    }

    /// There is nothing (more) to write. A try without an answer may have brought that about: then
    /// it counts as soon as ARM is done with it.
    async fn confirm(
        &mut self,
        live: &GenericResource,
        until: &Deadline,
    ) -> Result<Changed, Error> {
        if !self.pending {
            return Ok(Changed { body: live.body.clone(), written: self.accepted });
        }
        self.accepted();
        self.target.poll(until).await?;
        let live = self.target.get(until).await?;
        Ok(Changed { body: live.map_or(Json::Null, |live| live.body), written: true })
    }

    /// Others have changed the object since it was read.
    async fn collided(
        &mut self,
        error: Error,
        condition: Condition,
        until: &Deadline,
    ) -> Result<Option<Changed>, Error> {
        if self.precondition_failures.are_too_many(condition) {
            return Err(error);
        }
        self.retry.pause(&error, until).await?;
        Ok(None)
    }

    fn gone(self) -> ChangeError {
        let error = Error::new(ErrorKind::NotFound, "Azure has no such object any more.");
        ChangeError { error, accepted: false, gone: true }
    }

    /// The end without success: a last look tells whether a try without an answer was carried out.
    async fn fail(mut self, error: Error, until: &Deadline) -> ChangeError {
        if self.pending
            && !self.accepted
            && let Ok(Some(live)) = self.target.get(&until.grace(LAST_LOOK)).await
            && matches!((self.change.compose)(&live.body), Ok(None))
        {
            self.accepted();
        }
        ChangeError { error, accepted: self.accepted, gone: false }
    }
}

/// What an object has now of all that a body says.
fn part_of(live: &Json, body: &Json) -> Json {
    match (live, body) {
        (Json::Object(live), Json::Object(body)) => {
            let both = body.iter().filter_map(|(name, it)| Some((name, live.get(name)?, it)));
            Json::Object(both.map(|(name, live, it)| (name.clone(), part_of(live, it))).collect())
        }
        (live, _) => live.clone(),
    }
}
