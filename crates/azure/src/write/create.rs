//! Making something new: nothing that is there already is written over, and nothing that ARM makes
//! for us is forgotten.

use super::whose::{There, Tries, Whose};
use super::{LAST_LOOK, Patience, Refusals, Sending, is_precondition, now};
use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::{Arm, Condition};
use crate::id::ResourceId;
use crate::merge;
use crate::operation::{self, Address, has_failed};
use crate::retry::Backoff;
use crate::send::Answer;
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;
use url::Url;

/// How long ARM may hide what it says is there (it replicates with a delay).
const HIDDEN_FOR: Duration = Duration::from_secs(30);

/// What is made.
pub struct Creation<'a> {
    /// Its ID.
    pub id: &'a ResourceId,
    /// The API version that is spoken with it.
    pub api: &'a str,
    /// What is sent.
    pub body: &'a Json,
    /// Whether ARM refuses an existing object by `If-None-Match: *`.
    pub conditional: bool,
    /// Whether an object is exactly what is sent, with nothing else in it.
    pub is_sent: &'a (dyn Fn(&Json) -> bool + Sync),
    /// What an earlier run has done. Without one, the caller has looked and found nothing.
    pub earlier: Earlier,
    /// Told what must not be forgotten, as soon as it is known.
    pub heard: &'a (dyn Fn(Heard<'_>) + Sync),
}

/// What an earlier run is known to have done, which was ended before it came to its own end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing.
    #[default]
    None,
    /// It found nothing there, and may have sent the create.
    Sent,
    /// ARM accepted the create. This address reports the state of its operation.
    Operation(Address),
}

/// What is known of an object while it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// ARM has accepted the create, and tells at this address what becomes of it.
    Operation(&'a Address),
    /// The object is there, and ours.
    Ours,
}

/// An object that was made.
#[derive(Clone, Debug)]
pub struct Created {
    /// It as ARM shows it; null while ARM does not, or does not let it be read.
    pub body: Json,
    /// Whether this run has sent anything; otherwise an earlier one made the object.
    pub sent: bool,
}

/// Why there is no new object, and whose the one is that there may be.
#[derive(Debug)]
pub struct NotCreated {
    /// The fault; of [`Kind::Exists`] where there is one of somebody else's.
    pub error: Error,
    /// Whose the object is that is there.
    pub whose: Whose,
}

/// How one turn of the loop ends.
enum Step {
    /// It is to be looked at and tried again.
    Again,
    /// ARM has accepted it, and does not let its operation be seen: the object itself may tell, or
    /// this is the error.
    Look(Error),
    Done(Json),
}

struct Making<'a> {
    arm: &'a Arm,
    creation: &'a Creation<'a>,
    url: Url,
    tries: Tries,
    /// What was known before a try that came to a bad end: that is all, once nothing is left of it.
    before: Option<Tries>,
    sent: bool,
    /// Whether what was left failed has been written again.
    repaired: bool,
    /// How often what was left failed was not as it had been read.
    refusals: Refusals,
    /// Whether ARM refuses the create because an object exists, but does not show that object.
    hides: bool,
    patience: Patience<'a>,
}

impl Arm {
    /// Makes something new and waits until it is done.
    ///
    /// # Errors
    ///
    /// [`Kind::Exists`] when there is one that somebody else made; else what ARM says.
    pub async fn create(
        &self,
        creation: &Creation<'_>,
        until: &Deadline,
    ) -> Result<Created, NotCreated> {
        let _writing = self.lists().writing();
        let url = self.url(creation.id.as_str(), creation.api);
        let url = url.map_err(|error| NotCreated { error, whose: Whose::Nobodys })?;
        let mut making = Making {
            arm: self,
            creation,
            url,
            tries: Tries::default(),
            before: None,
            sent: false,
            repaired: false,
            refusals: Refusals::default(),
            hides: false,
            patience: Patience::new(self, creation.id, Duration::from_secs(30)),
        };
        let looked = making.begin(until).await;
        let mut live = match looked {
            Ok(live) => live,
            Err(error) => return making.over(error, until).await,
        };
        loop {
            match making.step(live, until).await {
                Ok(Step::Done(body)) => return Ok(Created { body, sent: making.sent }),
                Ok(Step::Again) => match making.look(until).await {
                    Ok(found) => live = found,
                    Err(error) => return making.over(error, until).await,
                },
                Ok(Step::Look(error)) => match making.look(until).await {
                    Ok(Some(found)) => live = Some(found),
                    Ok(None) | Err(_) => return making.over(error, until).await,
                },
                Err(error) => return making.over(error, until).await,
            }
        }
    }
}

impl Making<'_> {
    /// What is there before the first try, once an earlier run's has come to its end.
    async fn begin(&mut self, until: &Deadline) -> Result<Option<Json>, Error> {
        match &self.creation.earlier {
            Earlier::None => return Ok(None),
            Earlier::Sent => self.tries.open = true,
            Earlier::Operation(address) => {
                let ended = operation::resumed(self.arm, address, &self.url, until).await;
                self.tries.open = true;
                match ended {
                    Ok(()) => return self.appears(until).await,
                    Err(error) if error.is_end() => return Err(error),
                    Err(error) if error.is_outcome() => self.ended(Tries::default()),
                    Err(_) => {}
                }
            }
        }
        self.look(until).await
    }

    /// What is said to be there, once it shows; nothing when it does not for long.
    async fn appears(&mut self, until: &Deadline) -> Result<Option<Json>, Error> {
        let patience = until.at_most(HIDDEN_FOR);
        let mut backoff = Backoff::of_polls();
        loop {
            let found = self.look(until).await?;
            let pause = backoff.pause(None);
            if found.is_some() || pause >= patience.remaining() {
                return Ok(found);
            }
            until.sleep(pause).await?;
        }
    }

    async fn look(&mut self, until: &Deadline) -> Result<Option<Json>, Error> {
        let reply = self.arm.get(self.creation.id, self.creation.api, until).await?;
        if reply.is_none() {
            self.tries = self.before.take().unwrap_or(self.tries);
        }
        Ok(reply.map(|reply| reply.body))
    }

    /// A try came to its end, a bad one.
    fn ended(&mut self, before: Tries) {
        if self.creation.conditional {
            // What is there was not made by it, unless ARM said so before. Without a condition it
            // may have left something behind.
            self.tries.open = before.open;
        }
        self.before = Some(before);
    }

    fn there(&self, live: Option<&Json>) -> There {
        match live {
            None => There::Nothing,
            Some(live) if (self.creation.is_sent)(live) => There::AsSent,
            Some(_) => There::Other,
        }
    }

    fn exists() -> Error {
        Error::new(Kind::Exists, "Azure has one of that ID already.")
    }

    /// One try, with what there is now.
    async fn step(&mut self, live: Option<Json>, until: &Deadline) -> Result<Step, Error> {
        let Some(live) = live else {
            let condition = match self.creation.conditional {
                true => Condition::IfNoneMatch,
                false => Condition::None,
            };
            return self.send(self.creation.body, &condition, until).await;
        };
        if self.tries.whose(self.there(Some(&live))) != Whose::Ours {
            return Err(Self::exists());
        }
        (self.creation.heard)(Heard::Ours);
        self.tries.made = true;
        let live = match operation::settled(self.arm, &self.url, until).await {
            Ok(()) => return Ok(Step::Done(self.shown(until).await)),
            Err(error) if !error.is_outcome() || self.repaired => return Err(error),
            Err(_) => {
                self.before = Some(Tries::default());
                self.look(until).await?
            }
        };
        // What an operation of ours left failed is written again, once.
        let Some(live) = live.filter(has_failed) else {
            return Ok(Step::Again);
        };
        self.repaired = true;
        self.send_over(&live, until).await
    }

    /// Writes over an object of ours.
    async fn send_over(&mut self, live: &Json, until: &Deadline) -> Result<Step, Error> {
        let mut whole = live.clone();
        merge::merge(&mut whole, self.creation.body);
        let etag = live["etag"].as_str().filter(|etag| !etag.is_empty());
        let condition = etag.map_or(Condition::None, |etag| Condition::IfMatch(etag.to_owned()));
        self.send(&whole, &condition, until).await
    }

    async fn send(
        &mut self,
        body: &Json,
        condition: &Condition,
        until: &Deadline,
    ) -> Result<Step, Error> {
        let sending = Sending { method: Method::Put, url: self.url.clone(), body, condition };
        let repair = matches!(condition, Condition::IfMatch(_));
        self.sent = true;
        let before = self.tries;
        // Once nothing is left of an object that was there, nothing is known of what comes next.
        let gone = if before.made { Tries::default() } else { before };
        self.before = None;
        let error = match sending.send(self.arm, until).await {
            // ARM says by 200 that it has changed what was there (ARM RPC, PUT), and 201 or 202 of
            // what it makes: somebody else was quicker.
            Ok(answer)
                if answer.status == 200
                    && *condition == Condition::None
                    && before == Tries::default() =>
            {
                return Err(Self::exists());
            }
            Ok(answer) => match self.accepted(&answer, until).await {
                Ok(()) => return Ok(Step::Done(self.now(&answer, until).await)),
                Err(error) if error.is_unseen() => return Ok(Step::Look(error)),
                Err(error) => {
                    if error.is_outcome() {
                        self.ended(gone);
                    }
                    error
                }
            },
            Err(error) => {
                let acted = error.may_have_acted();
                self.tries.open |= acted;
                if before.made {
                    // Under the condition that it is there it makes nothing anew, unless its type
                    // ignores conditions.
                    let open = acted && !(repair && self.creation.conditional);
                    self.before = Some(Tries { open, ..gone });
                }
                error
            }
        };
        let refused = *condition == Condition::IfNoneMatch && is_precondition(&error);
        if refused && !self.tries.made {
            return self.is_there(error, until).await;
        }
        if repair && is_precondition(&error) {
            // Others have changed it since it was read, or ARM is done with it after all.
            if self.refusals.are_too_many(condition.clone()) {
                return Err(error);
            }
            self.patience.pause(&error, until).await?;
        } else {
            self.patience.wait(error, (condition, Some(body)), until).await?;
        }
        self.repaired = false;
        Ok(Step::Again)
    }

    /// Follows what ARM accepted to its end.
    async fn accepted(&mut self, answer: &Answer, until: &Deadline) -> Result<(), Error> {
        // Until it has come to its end, it may still come.
        self.tries.open = true;
        if answer.status == 201 {
            self.tries.made = true;
            (self.creation.heard)(Heard::Ours);
        }
        if let Some(address) = Address::of(answer) {
            (self.creation.heard)(Heard::Operation(&address));
        }
        operation::written(self.arm, answer, &self.url, until).await?;
        self.tries.made = true;
        (self.creation.heard)(Heard::Ours);
        Ok(())
    }

    /// ARM says that it is there. After a try that may have been carried out it may be ours, and
    /// not show yet.
    async fn is_there(&mut self, error: Error, until: &Deadline) -> Result<Step, Error> {
        let error = error.with_kind(Kind::Exists);
        if !self.tries.open {
            return Err(error);
        }
        if self.appears(until).await?.is_some() {
            return Ok(Step::Again);
        }
        self.hides = true;
        Err(error)
    }

    /// The object after all went well. That it cannot be read now makes it no less ours.
    async fn now(&self, answer: &Answer, until: &Deadline) -> Json {
        let object = (self.creation.id, self.creation.api);
        now(self.arm, object, answer, until).await.unwrap_or_default()
    }

    async fn shown(&mut self, until: &Deadline) -> Json {
        self.look(until).await.ok().flatten().unwrap_or_default()
    }

    /// The end without success: a last look tells whose the object is that there may be. One of
    /// ours that is whole is no failure, whatever kept us from seeing it come.
    async fn over(mut self, error: Error, until: &Deadline) -> Result<Created, NotCreated> {
        let Tries { made, open } = self.tries;
        if error.is_exists() {
            let whose = if self.hides { Whose::Unknown } else { Whose::Theirs };
            return Err(NotCreated { error, whose });
        }
        if !made && !open && !error.is_outcome() {
            return Err(NotCreated { error, whose: Whose::Nobodys });
        }
        let look = until.grace(LAST_LOOK);
        let looked = self.look(&look).await;
        let live = looked.as_ref().ok().and_then(Option::as_ref);
        let there = if looked.is_err() { There::Hidden } else { self.there(live) };
        let whose = self.tries.whose(there);
        if whose == Whose::Ours {
            (self.creation.heard)(Heard::Ours);
            if let Some(live) = live.filter(|live| !error.is_outcome() && is_whole(live)) {
                return Ok(Created { body: live.clone(), sent: self.sent });
            }
        }
        Err(NotCreated { error, whose })
    }
}

/// Whether an object says of itself that ARM is done with it.
fn is_whole(live: &Json) -> bool {
    let state = live["properties"]["provisioningState"].as_str();
    state.is_some_and(|state| state.eq_ignore_ascii_case("succeeded"))
}
