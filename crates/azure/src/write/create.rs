//! Making something new: nothing that is there already is written over, and nothing that ARM makes
//! for us is forgotten.
//!
//! A create is a machine of the states in [`State`]. What is known of its tries, and so of who owns
//! the object, goes along in a [`Ledger`].

use super::creation::{CreateError, CreateEvent, Created, Creation, PreviousRun};
use super::ownership::{Evidence, Ledger, Observed, Ownership};
use super::retry::{FailedTry, PreconditionFailures, WriteRetry, is_precondition_failed};
use super::target::{LAST_LOOK, Target};
use crate::arm::Arm;
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::operation::{self, OperationUrl, has_failed, provisioning_state};
use crate::request::{ArmResponse, Condition, GenericResource};
use crate::retry::Backoff;
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;

/// How long ARM may hide what it says is there (it replicates with a delay).
const HIDDEN_FOR: Duration = Duration::from_secs(30);

/// Where a create is.
enum State {
    /// The object's place is to be looked at.
    Look,
    /// ARM has accepted a try, and does not let its operation be followed: the object itself may
    /// tell, or this is the error. `repaired` is as in `Found`.
    Unfollowed { error: Error, repaired: bool },
    /// There is nothing: the create is to be sent.
    Absent,
    /// There is an object: who owns it is to be told, and it is to be waited for. If `repaired`, it
    /// is ours and was written over already since it was left failed, which is done once.
    Found { live: GenericResource, repaired: bool },
    /// What an operation of ours left failed is to be written over.
    LeftFailed { live: GenericResource },
    /// It is made.
    Made(Json),
}

/// Why a create ends without success.
enum Stop {
    /// Somebody else has made the object.
    Exists(Error),
    /// ARM says that the object exists and does not show it: it may be ours.
    Hidden(Error),
    /// This error; a last look tells what has become of the tries.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Stop {
    fn exists() -> Self {
        Self::Exists(Error::new(ErrorKind::AlreadyExists, "Azure has one of that ID already."))
    }
}

impl Arm {
    /// Makes something new and waits until it is done.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`] when there is one that somebody else made; else what ARM says.
    pub async fn create(
        &self,
        creation: &Creation<'_>,
        until: &Deadline,
    ) -> Result<Created, CreateError> {
        let refused = |error| CreateError { error, ownership: Ownership::Unowned };
        let turn = self.object_locks().take_turn(creation.id, until).await.map_err(refused)?;
        let _writing = self.begin_write();
        let target = Target::new(self, creation.id, creation.api).map_err(refused)?;
        let machine = Machine {
            target,
            creation,
            ledger: Ledger::default(),
            waited: turn.waited,
            sent: false,
            precondition_failures: PreconditionFailures::default(),
            retry: WriteRetry::new(Duration::from_secs(30)),
        };
        machine.run(until).await
    }
}

struct Machine<'a> {
    target: Target<'a>,
    creation: &'a Creation<'a>,
    ledger: Ledger,
    /// If `true`, others were first, and what the caller saw before is old.
    waited: bool,
    /// If `true`, this run has sent something.
    sent: bool,
    /// How often what was left failed was not as it had been read.
    precondition_failures: PreconditionFailures,
    retry: WriteRetry,
}

impl Machine<'_> {
    async fn run(mut self, until: &Deadline) -> Result<Created, CreateError> {
        let mut state = match self.begin(until).await {
            Ok(state) => state,
            Err(error) => return self.stop(Stop::Error(error), until).await,
        };
        loop {
            let next = match state {
                State::Look => self.look(until).await.map(Self::seen).map_err(Stop::Error),
                State::Unfollowed { error, repaired } => match self.look(until).await {
                    Ok(Some(live)) => Ok(State::Found { live, repaired }),
                    Ok(None) | Err(_) => Err(Stop::Error(error)),
                },
                State::Absent => self.send_create(until).await,
                State::Found { live, repaired } => self.settle(&live, repaired, until).await,
                State::LeftFailed { live } => self.overwrite(&live, until).await,
                State::Made(body) => return Ok(Created { body, sent: self.sent }),
            };
            state = match next {
                Ok(state) => state,
                Err(stop) => return self.stop(stop, until).await,
            };
        }
    }

    /// The first state, once an earlier run's operation has come to its end.
    async fn begin(&mut self, until: &Deadline) -> Result<State, Error> {
        match &self.creation.previous_run {
            PreviousRun::None if self.waited => return self.look(until).await.map(Self::seen),
            PreviousRun::None => return Ok(State::Absent),
            PreviousRun::Sent => self.ledger.resumes(),
            PreviousRun::Operation(address) => {
                let (sender, url) = (self.target.arm.sender(), &self.target.url);
                let ended = operation::poll_resumed(sender, address, url, until).await;
                self.ledger.resumes();
                match ended {
                    Ok(()) => return self.appears(until).await.map(Self::seen),
                    Err(error) if error.is_timeout_or_cancelled() => return Err(error),
                    Err(error) if error.is_operation_failure() => {
                        let conditional = self.creation.conditional;
                        self.ledger.operation_failed(Evidence::REFUSED, conditional);
                    }
                    Err(_) => {}
                }
            }
        }
        Ok(State::Look)
    }

    fn seen(found: Option<GenericResource>) -> State {
        found.map_or(State::Absent, |live| State::Found { live, repaired: false })
    }

    /// What is said to be there, once it shows; nothing when it does not for long.
    async fn appears(&mut self, until: &Deadline) -> Result<Option<GenericResource>, Error> {
        let limit = until.at_most(HIDDEN_FOR);
        let mut backoff = Backoff::of_polls();
        loop {
            let found = self.look(until).await?;
            let pause = backoff.pause(None);
            if found.is_some() || pause >= limit.remaining() {
                return Ok(found);
            }
            until.sleep(pause).await?;
        }
    }

    async fn look(&mut self, until: &Deadline) -> Result<Option<GenericResource>, Error> {
        let found = self.target.get(until).await?;
        if found.is_none() {
            self.ledger.nothing_there();
        }
        Ok(found)
    }

    fn observed(&self, live: Option<&GenericResource>) -> Observed {
        match live {
            None => Observed::Nothing,
            Some(live) if (self.creation.matches)(&live.body) => Observed::AsSent,
            Some(_) => Observed::Other,
        }
    }

    fn is_ours(&mut self) {
        self.ledger.is_ours();
        (self.creation.on_event)(CreateEvent::Owned);
    }

    /// There is an object: waits for it, if it is ours.
    async fn settle(
        &mut self,
        live: &GenericResource,
        repaired: bool,
        until: &Deadline,
    ) -> Result<State, Stop> {
        if self.ledger.evidence().ownership(self.observed(Some(live))) != Ownership::Ours {
            return Err(Stop::exists());
        }
        self.is_ours();
        match self.target.poll(until).await {
            Ok(()) => {
                // That it cannot be read now makes it no less ours.
                let body = self.look(until).await.ok().flatten().map(|live| live.body);
                return Ok(State::Made(body.unwrap_or(Json::Null)));
            }
            Err(error) if !error.is_operation_failure() || repaired => return Err(error.into()),
            Err(_) => self.ledger.left_failed(),
        }
        let live = self.look(until).await?.filter(|live| has_failed(&live.body));
        Ok(live.map_or(State::Look, |live| State::LeftFailed { live }))
    }

    /// Sends what is to be made, over nothing.
    async fn send_create(&mut self, until: &Deadline) -> Result<State, Stop> {
        let condition = match self.creation.conditional {
            true => Condition::IfNoneMatch,
            false => Condition::None,
        };
        self.send(self.creation.body, condition, false, until).await
    }

    /// Writes over an object of ours that was left failed.
    async fn overwrite(&mut self, live: &GenericResource, until: &Deadline) -> Result<State, Stop> {
        let whole = (self.creation.over)(&live.body)?;
        self.send(&whole, Condition::unchanged(live), true, until).await
    }

    async fn send(
        &mut self,
        body: &Json,
        condition: Condition,
        repaired: bool,
        until: &Deadline,
    ) -> Result<State, Stop> {
        self.sent = true;
        self.ledger.sends();
        let before = self.ledger.evidence();
        let error = match self.target.send(Method::Put, body, &condition, until).await {
            // ARM says by 200 that it has changed what was there (ARM RPC, PUT), and 201 or 202 of
            // what it makes: somebody else was quicker.
            Ok(accepted)
                if accepted.status == 200
                    && !self.creation.answers_200
                    && condition == Condition::None
                    && before == Evidence::REFUSED =>
            {
                return Err(Stop::exists());
            }
            Ok(accepted) => match self.follow(&accepted, before, until).await {
                Ok(()) => {
                    // That it cannot be read now makes it no less ours.
                    let body = self.target.after_write(&accepted, until).await;
                    return Ok(State::Made(body.unwrap_or(Json::Null)));
                }
                Err(error) if error.leaves_outcome_open() => {
                    return Ok(State::Unfollowed { error, repaired });
                }
                Err(error) => error,
            },
            Err(error) => {
                self.lost(&error, before, &condition);
                error
            }
        };
        self.retry(error, body, condition, until).await
    }

    /// Follows what ARM accepted to its end.
    async fn follow(
        &mut self,
        accepted: &ArmResponse,
        before: Evidence,
        until: &Deadline,
    ) -> Result<(), Error> {
        // Until it has come to its end, it may still come.
        self.ledger.accepted(accepted.status);
        if accepted.status == 201 {
            (self.creation.on_event)(CreateEvent::Owned);
        }
        if let Some(address) = OperationUrl::of(accepted) {
            (self.creation.on_event)(CreateEvent::OperationStarted(&address));
        }
        let ended = self.target.poll_write(accepted, until).await;
        match &ended {
            Ok(()) => self.is_ours(),
            Err(error) if error.is_operation_failure() => {
                // Once nothing is left of an object that was there, nothing is known of what comes
                // next.
                let before = if before.created { Evidence::REFUSED } else { before };
                self.ledger.operation_failed(before, self.creation.conditional);
            }
            Err(_) => {}
        }
        ended
    }

    /// ARM has not accepted a try, as far as its answer, or the lack of one, tells.
    fn lost(&mut self, error: &Error, before: Evidence, condition: &Condition) {
        let maybe_applied = error.is_maybe_applied();
        if before.created {
            // Under the condition that it is there it makes nothing anew, unless its type ignores
            // conditions.
            let if_match = matches!(condition, Condition::IfMatch(_));
            let maybe_made_anew = maybe_applied && !(if_match && self.creation.conditional);
            self.ledger.overwrite_failed(maybe_applied, maybe_made_anew);
        } else {
            self.ledger.create_failed(maybe_applied);
        }
    }

    /// Waits after a try that failed, unless it is the last.
    async fn retry(
        &mut self,
        error: Error,
        body: &Json,
        condition: Condition,
        until: &Deadline,
    ) -> Result<State, Stop> {
        if is_precondition_failed(&error) {
            match condition {
                Condition::IfNoneMatch if !self.ledger.evidence().created => {
                    return self.refused_as_existing(error, until).await;
                }
                // Others have changed it since it was read, or ARM is done with it after all.
                Condition::IfMatch(_) => {
                    if self.precondition_failures.are_too_many(condition) {
                        return Err(error.into());
                    }
                    self.retry.pause(&error, until).await?;
                    return Ok(State::Look);
                }
                _ => {}
            }
        }
        let failed = FailedTry { error, condition: &condition, body: Some(body) };
        self.retry.wait(&self.target, failed, until).await?;
        Ok(State::Look)
    }

    /// ARM says that it is there. After a try that may have been carried out it may be ours, and
    /// not show yet.
    async fn refused_as_existing(&mut self, error: Error, until: &Deadline) -> Result<State, Stop> {
        let error = error.with_kind(ErrorKind::AlreadyExists);
        if !self.ledger.evidence().pending {
            return Err(Stop::Exists(error));
        }
        match self.appears(until).await? {
            Some(_) => Ok(State::Look),
            None => Err(Stop::Hidden(error)),
        }
    }

    /// The end without success: a last look tells who owns the object that there may be. One of
    /// ours that is whole is no failure, whatever kept us from seeing it come.
    async fn stop(mut self, stop: Stop, until: &Deadline) -> Result<Created, CreateError> {
        let error = match stop {
            Stop::Exists(error) => return Err(CreateError { error, ownership: Ownership::Theirs }),
            Stop::Hidden(error) => {
                return Err(CreateError { error, ownership: Ownership::Unknown });
            }
            Stop::Error(error) => error,
        };
        if self.ledger.evidence() == Evidence::REFUSED && !error.is_operation_failure() {
            return Err(CreateError { error, ownership: Ownership::Unowned });
        }
        let (live, observed) = match self.look(&until.grace(LAST_LOOK)).await {
            Ok(live) => {
                let observed = self.observed(live.as_ref());
                (live, observed)
            }
            Err(_) => (None, Observed::Unreadable),
        };
        let ownership = self.ledger.evidence().ownership(observed);
        if ownership == Ownership::Ours {
            (self.creation.on_event)(CreateEvent::Owned);
            if let Some(live) =
                live.filter(|live| !error.is_operation_failure() && is_complete(live))
            {
                return Ok(Created { body: live.body, sent: self.sent });
            }
        }
        Err(CreateError { error, ownership })
    }
}

/// Whether an object says of itself that ARM is done with it.
fn is_complete(live: &GenericResource) -> bool {
    let state = provisioning_state(&live.body);
    state.is_some_and(|state| state.eq_ignore_ascii_case("succeeded"))
}
