//! Changing what is there: read, merged, sent under a condition, followed, and all of it again
//! where something was in the way.

use super::{LAST_LOOK, Patience, Refusals, Sending, followed, is_precondition, now};
use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::{Arm, Condition, Reply};
use crate::id::ResourceId;
use crate::operation::{self, has_failed};
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;
use url::Url;

/// How a change is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
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
    pub how: How,
    /// What to send, by what is there now; `None` when that is as it shall be.
    pub compose: &'a (dyn Fn(&Json) -> Result<Option<Json>, Error> + Sync),
    /// Called as soon as ARM has accepted the change.
    pub accepted: &'a (dyn Fn() + Sync),
}

/// A change that was made, or was not needed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The object afterwards; null while ARM does not show it.
    pub body: Json,
    /// Whether anything was written.
    pub written: bool,
}

/// Why a change was not made, or not to its end.
#[derive(Debug)]
pub struct NotChanged {
    /// The fault.
    pub error: Error,
    /// Whether ARM accepted a write of ours all the same.
    pub accepted: bool,
    /// Whether there is no such object any more.
    pub gone: bool,
}

struct Changing<'a> {
    arm: &'a Arm,
    change: &'a Change<'a>,
    url: Url,
    patience: Patience<'a>,
    /// Whether ARM accepted a try.
    accepted: bool,
    /// Whether a try may have been carried out whose end nobody heard of.
    open: bool,
    /// What was sent last, where its operation failed for a reason that passes.
    unfinished: Option<Json>,
    /// Whether the object was left failed before the last try.
    was_failed: bool,
    refusals: Refusals,
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
        found: Option<Reply>,
        until: &Deadline,
    ) -> Result<Changed, NotChanged> {
        let refused = |error| NotChanged { error, accepted: false, gone: false };
        let url = self.url(change.id.as_str(), change.api).map_err(refused)?;
        let (_turn, waited) = self.turns().of_object(change.id, until).await.map_err(refused)?;
        let _writing = self.lists().writing();
        let changing = Changing {
            arm: self,
            change,
            url,
            patience: Patience::new(self, change.id, Duration::from_secs(30)),
            accepted: false,
            open: false,
            unfinished: None,
            was_failed: false,
            refusals: Refusals::default(),
        };
        // What was read before others had their turn is old.
        changing.run(found.filter(|_| !waited), until).await
    }
}

impl Changing<'_> {
    async fn run(
        mut self,
        mut found: Option<Reply>,
        until: &Deadline,
    ) -> Result<Changed, NotChanged> {
        loop {
            let reply = match found.take() {
                Some(reply) => Ok(Some(reply)),
                None => self.arm.get(self.change.id, self.change.api, until).await,
            };
            let step = match reply {
                Ok(Some(reply)) => self.step(&reply, until).await,
                Ok(None) => return Err(self.gone()),
                Err(error) => Err(error),
            };
            match step {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                Err(error) => return Err(self.over(error, until).await),
            }
        }
    }

    /// One try over what there is now; `None` when it must be read and tried again.
    async fn step(&mut self, reply: &Reply, until: &Deadline) -> Result<Option<Changed>, Error> {
        if self.open && !self.was_failed {
            // What a try without an answer has begun may have failed by now.
            operation::state(&reply.body)?;
        }
        // An operation that failed may have left what was written: that is written as it is now,
        // until ARM accepts it.
        let again = || {
            self.unfinished.as_ref().map(|unfinished| match self.change.how {
                How::Put => reply.body.clone(),
                How::Patch => part_of(&reply.body, unfinished),
            })
        };
        let Some(body) = (self.change.compose)(&reply.body)?.or_else(again) else {
            return self.is_as_wished(reply, until).await.map(Some);
        };
        // A try without an answer has not come to anything.
        self.open = false;
        self.was_failed = has_failed(&reply.body);
        let etag = reply.etag().filter(|_| self.change.how == How::Put);
        let condition = etag.map_or(Condition::None, |etag| Condition::IfMatch(etag.to_owned()));
        let method = match self.change.how {
            How::Put => Method::Put,
            How::Patch => Method::Patch,
        };
        let url = self.url.clone();
        let sending = Sending { method, url, body: &body, condition: &condition };
        let error = match sending.send(self.arm, until).await {
            Ok(answer) => {
                self.accepted = true;
                (self.change.accepted)();
                match followed(self.arm, &answer, &self.url, until).await {
                    Ok(()) => {
                        let object = (self.change.id, self.change.api);
                        let body = now(self.arm, object, &answer, until).await.unwrap_or_default();
                        return Ok(Some(Changed { body, written: true }));
                    }
                    Err(error) => {
                        self.open |= !error.is_outcome();
                        self.unfinished = error.is_outcome().then(|| body.clone());
                        error
                    }
                }
            }
            Err(error) => {
                self.open |= error.may_have_acted();
                error
            }
        };
        if is_precondition(&error) && condition != Condition::None {
            return self.collided(error, condition, until).await;
        }
        if error.is_absent()
            && self.arm.get(self.change.id, self.change.api, until).await?.is_none()
        {
            // The next look finds that it is gone.
            return Ok(None);
        }
        self.patience.wait(error, (&condition, Some(&body)), until).await?;
        Ok(None)
    }

    /// There is nothing (more) to write. A try without an answer may have brought that about: then
    /// it counts as soon as ARM is done with it.
    async fn is_as_wished(&mut self, reply: &Reply, until: &Deadline) -> Result<Changed, Error> {
        if !self.open {
            return Ok(Changed { body: reply.body.clone(), written: self.accepted });
        }
        self.accepted = true;
        (self.change.accepted)();
        operation::settled(self.arm, &self.url, until).await?;
        let reply = self.arm.get(self.change.id, self.change.api, until).await?;
        Ok(Changed { body: reply.map_or(Json::Null, |reply| reply.body), written: true })
    }

    /// Others have changed the object since it was read.
    async fn collided(
        &mut self,
        error: Error,
        condition: Condition,
        until: &Deadline,
    ) -> Result<Option<Changed>, Error> {
        if self.refusals.are_too_many(condition) {
            return Err(error);
        }
        self.patience.pause(&error, until).await?;
        Ok(None)
    }

    fn gone(self) -> NotChanged {
        let error = Error::new(Kind::Absent, "Azure has no such object any more.");
        NotChanged { error, accepted: false, gone: true }
    }

    /// The end without success: a last look tells whether a try without an answer was carried out.
    async fn over(self, error: Error, until: &Deadline) -> NotChanged {
        let mut accepted = self.accepted;
        if self.open && !accepted {
            let look = until.grace(LAST_LOOK);
            let looked = self.arm.get(self.change.id, self.change.api, &look).await;
            if let Ok(Some(live)) = looked
                && matches!((self.change.compose)(&live.body), Ok(None))
            {
                accepted = true;
                (self.change.accepted)();
            }
        }
        NotChanged { error, accepted, gone: false }
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
