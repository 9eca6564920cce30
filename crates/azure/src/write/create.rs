//! Creating objects: no existing object is overwritten, and no created object is lost.
//!
//! A create is a state machine over [`State`]. A [`Ledger`] collects what the tries show about the
//! owner of the object.

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

/// Time for which ARM may hide an object that it says exists (it replicates with a delay).
const HIDDEN_FOR: Duration = Duration::from_secs(30);

/// The state of a create.
enum State {
    /// The object is to be read.
    Look,
    /// ARM has accepted a try, but its operation cannot be polled. The object itself may show the
    /// result; otherwise this is the error. For `repaired` see `Found`.
    Unfollowed { error: Error, repaired: bool },
    /// No object exists, so the create is to be sent.
    Absent,
    /// An object exists. Its owner is to be decided, and its operation is to end. If `repaired`,
    /// the object is ours, was left failed, and has been overwritten, which is done once.
    Found { live: GenericResource, repaired: bool },
    /// An operation of ours left the object failed, so it is to be overwritten.
    LeftFailed { live: GenericResource },
    /// The object is created.
    Made(Json),
}

/// The reason why a create fails.
enum Stop {
    /// Another client created the object.
    Exists(Error),
    /// ARM says that the object exists, but does not show it. It may be ours.
    Hidden(Error),
    /// This error. A last read shows the effect of the tries.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Stop {
    fn exists() -> Self {
        Self::Exists(Error::new(
            ErrorKind::AlreadyExists,
            "An object with this ID already exists in Azure.",
        ))
    }
}

impl Arm {
    /// Creates an object and waits until the operation ends.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`] if another client created the object; otherwise the errors of
    /// ARM.
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
    /// If `true`, another change ran first, so the caller's read is outdated.
    waited: bool,
    /// If `true`, this run has sent something.
    sent: bool,
    /// Counts how often the failed object was not as it had been read.
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

    /// Returns the first state, after the operation of an earlier run has ended.
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

    /// Waits until an object that ARM says exists is visible. Returns `None` if it stays hidden.
    async fn appears(&mut self, until: &Deadline) -> Result<Option<GenericResource>, Error> {
        let limit = until.at_most(HIDDEN_FOR);
        let mut backoff = Backoff::of_polls();
        loop {
            let found = self.look(until).await?;
            let pause = backoff.pause(None);
            if found.is_some() || pause >= limit.remaining() {
                return Ok(found);
            }
            let name = self.creation.id.name();
            let _wait = until.waiting(format_args!("{name:?} to become visible"));
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

    /// Waits for the operation of an existing object, if the object is ours.
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
                // The object is ours even if it cannot be read now.
                let body = self.look(until).await.ok().flatten().map(|live| live.body);
                return Ok(State::Made(body.unwrap_or(Json::Null)));
            }
            Err(error) if !error.is_operation_failure() || repaired => return Err(error.into()),
            Err(_) => self.ledger.left_failed(),
        }
        let live = self.look(until).await?.filter(|live| has_failed(&live.body));
        Ok(live.map_or(State::Look, |live| State::LeftFailed { live }))
    }

    /// Sends the create.
    async fn send_create(&mut self, until: &Deadline) -> Result<State, Stop> {
        let condition = match self.creation.conditional {
            true => Condition::IfNoneMatch,
            false => Condition::None,
        };
        self.send(self.creation.body, condition, false, until).await
    }

    /// Overwrites an object of ours that was left failed.
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
            // ARM answers 200 if it changed an existing object, and 201 or 202 if it creates one
            // (ARM RPC, PUT). So another client was faster.
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
                    // The object is ours even if it cannot be read now.
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

    /// Waits until the operation of an accepted create ends.
    async fn follow(
        &mut self,
        accepted: &ArmResponse,
        before: Evidence,
        until: &Deadline,
    ) -> Result<(), Error> {
        // Until the operation ends, the object may still appear.
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
                // After a created object has disappeared, earlier evidence is void.
                let before = if before.created { Evidence::REFUSED } else { before };
                self.ledger.operation_failed(before, self.creation.conditional);
            }
            Err(_) => {}
        }
        ended
    }

    /// Records a try that ARM has not accepted, as far as its answer, or the lack of one, shows.
    fn lost(&mut self, error: &Error, before: Evidence, condition: &Condition) {
        let maybe_applied = error.is_maybe_applied();
        if before.created {
            // With `If-Match`, ARM does not recreate the object, unless its type ignores
            // conditions.
            let if_match = matches!(condition, Condition::IfMatch(_));
            let maybe_made_anew = maybe_applied && !(if_match && self.creation.conditional);
            self.ledger.overwrite_failed(maybe_applied, maybe_made_anew);
        } else {
            self.ledger.create_failed(maybe_applied);
        }
    }

    /// Waits before the next try, or returns the error if it is permanent.
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
                // Another client changed the object since the read, or ARM finished it after all.
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

    /// Handles ARM's refusal because the object exists. After a try without an answer, the object
    /// may be ours, and not visible yet.
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

    /// Ends a create that failed. A last read shows who owns the object, if one exists. A complete
    /// object of ours is a success, whatever the error was.
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

/// Returns `true` if the state of an object is `Succeeded`.
fn is_complete(live: &GenericResource) -> bool {
    let state = provisioning_state(&live.body);
    state.is_some_and(|state| state.eq_ignore_ascii_case("succeeded"))
}
