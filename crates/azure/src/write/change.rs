//! Changes of existing objects: read, merge, send under a condition, wait for the operation. After
//! a conflict, all of that is retried.

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

/// The method of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMethod {
    /// A PUT of the whole object, on condition that the object has not changed since the read.
    Put,
    /// A PATCH with the differences (RFC 7396).
    Patch,
}

/// A change of an object.
pub struct Change<'a> {
    /// Its ID.
    pub id: &'a ResourceId,
    /// Its API version.
    pub api: &'a str,
    /// The method that writes it.
    pub method: WriteMethod,
    /// Returns the body to send for the object as it is now, or `None` if nothing changes.
    pub compose: &'a (dyn Fn(&Json) -> Result<Option<Json>, Error> + Sync),
    /// Called when ARM has accepted the change.
    pub on_accepted: &'a (dyn Fn() + Sync),
}

/// The result of a change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The object afterwards; null if ARM does not show it yet, or denies the read.
    pub body: Json,
    /// If `true`, something was written.
    pub written: bool,
}

/// The failure of a change.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct ChangeError {
    /// The error.
    pub error: Error,
    /// If `true`, ARM accepted a write before the failure.
    pub accepted: bool,
    /// If `true`, the object no longer exists.
    pub gone: bool,
}

impl Arm {
    /// Changes an object, which may have been read already, and waits until the operation ends.
    /// Changes of one object run one after the other.
    ///
    /// # Errors
    ///
    /// The errors of ARM, with the information whether ARM has accepted a write.
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
        // Another change may have made the earlier read outdated.
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
    /// If `true`, ARM may have carried out a try without a known result.
    pending: bool,
    /// The last sent body, if its operation failed for a transient reason.
    unfinished: Option<Json>,
    /// If `true`, the object was in a failed state before the last try.
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

    /// Tries the change on the object as it is now. Returns `None` if the object must be read and
    /// the change retried.
    async fn once(
        &mut self,
        live: &GenericResource,
        until: &Deadline,
    ) -> Result<Option<Changed>, Error> {
        if self.pending && !self.was_failed {
            // The operation of a try without an answer may have failed by now.
            unfinished_state(&live.body)?;
        }
        let Some(body) = (self.change.compose)(&live.body)?.or_else(|| self.rewrite(live)) else {
            return self.confirm(live, until).await.map(Some);
        };
        // The try without an answer had no effect.
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
            // The next read finds that the object no longer exists.
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

    /// Returns the written part of the object as it is now, after its operation failed: it is
    /// written again until ARM accepts it.
    fn rewrite(&self, live: &GenericResource) -> Option<Json> {
        self.unfinished.as_ref().map(|unfinished| match self.change.method {
            WriteMethod::Put => live.body.clone(),
            WriteMethod::Patch => part_of(&live.body, unfinished),
        })
    }

    /// Ends a change when nothing is left to write. If that is the effect of a try without an
    /// answer, the change ends when ARM's operation does.
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

    /// Waits after another client has changed the object since the read.
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
        let error = Error::new(ErrorKind::NotFound, "The object no longer exists in Azure.");
        ChangeError { error, accepted: false, gone: true }
    }

    /// Ends a change with an error. A last read shows whether a try without an answer was carried
    /// out.
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

/// Returns the current values of the members that a body has.
fn part_of(live: &Json, body: &Json) -> Json {
    match (live, body) {
        (Json::Object(live), Json::Object(body)) => {
            let both = body.iter().filter_map(|(name, it)| Some((name, live.get(name)?, it)));
            Json::Object(both.map(|(name, live, it)| (name.clone(), part_of(live, it))).collect())
        }
        (live, _) => live.clone(),
    }
}
