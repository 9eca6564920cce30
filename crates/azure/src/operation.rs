//! Long-running operations, in the three ways that ARM tells of them.
//!
//! `Azure-AsyncOperation` names a status document, `Location` a place that answers 202 until it is
//! done, and without either the resource's own `provisioningState` tells (ARM RPC, async
//! operations).

use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::Arm;
use crate::retry::Backoff;
use crate::send::{Answer, Call};
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How long a status document, or what is being made, may be missing after the operation began.
const APPEARS_WITHIN: Duration = Duration::from_secs(60);

/// How often in a row the connection may fail while an operation is followed: it goes on without
/// us, and what becomes of it must be known.
const MOST_CONNECTION_FAULTS: u32 = 20;

/// How long before the end the last look is.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// The shortest pause between two looks.
const SHORTEST: Duration = Duration::from_millis(100);

/// Where to look how an operation is going.
#[derive(Debug, PartialEq, Eq)]
enum Follow {
    /// A status document.
    Status(Url),
    /// A place that answers 202 until it is done.
    Place(Url),
    /// The resource.
    Resource,
}

/// What an operation is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    Write,
    /// A write that an earlier run began: only its own address tells what became of it.
    Resumed,
    Delete,
}

/// Where ARM tells how an operation is going, as its answer says. It may be kept for a later run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A status document (`Azure-AsyncOperation`).
    Status(String),
    /// A place that answers 202 until it is done (`Location`).
    Place(String),
}

impl Address {
    /// That of an answer, where it has one.
    pub(crate) fn of(accepted: &Answer) -> Option<Self> {
        let header = |name| accepted.header(name).map(str::to_owned);
        let place = || header("location").filter(|_| accepted.status == 202).map(Self::Place);
        header("azure-asyncoperation").map(Self::Status).or_else(place)
    }
}

/// How it is going.
enum Progress {
    /// What it said of itself.
    Running(String),
    /// There is nothing at its address.
    Missing,
    Done,
}

struct Operation<'a> {
    arm: &'a Arm,
    aim: Aim,
    follow: Follow,
    resource: &'a Url,
    until: &'a Deadline,
    begun: Instant,
}

/// Follows the PUT or PATCH that ARM accepted with this answer, until it is done.
///
/// # Errors
///
/// The operation's own failure; otherwise those of the requests.
pub(crate) async fn written(
    arm: &Arm,
    accepted: &Answer,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    let follow = choose(arm, accepted, resource)?;
    // What cannot be read of the answer is seen when the resource is looked at; and 202 says that
    // it is not done, whatever the body.
    let said = accepted.json().unwrap_or_default();
    let whole = accepted.status != 202 && said.is_object();
    if follow == Follow::Resource && whole && state(&said)?.is_none() {
        return Ok(());
    }
    let aim = Aim::Write;
    Operation::new(arm, aim, follow, resource, until).run().await
}

/// Waits until a resource is in a final state, whoever has brought it there.
///
/// # Errors
///
/// That the state is no good one; otherwise those of the requests.
pub(crate) async fn settled(arm: &Arm, resource: &Url, until: &Deadline) -> Result<(), Error> {
    let aim = Aim::Write;
    Operation::new(arm, aim, Follow::Resource, resource, until).run().await
}

/// Follows the write that an earlier run began to its end.
///
/// # Errors
///
/// The operation's own failure; otherwise that nothing is to be seen of it.
pub(crate) async fn resumed(
    arm: &Arm,
    address: &Address,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    let follow = match address {
        Address::Status(text) => Follow::Status(arm.own(text)?),
        Address::Place(text) => Follow::Place(arm.own(text)?),
    };
    Operation::new(arm, Aim::Resumed, follow, resource, until).run().await
}

/// Follows the DELETE that ARM accepted with this answer, as far as ARM tells of it. Answers
/// whether it has come to its end: without an address to look at, only the resource's end tells.
///
/// # Errors
///
/// The operation's own failure; otherwise those of the requests.
pub(crate) async fn deleted(
    arm: &Arm,
    accepted: &Answer,
    resource: &Url,
    until: &Deadline,
) -> Result<bool, Error> {
    match choose(arm, accepted, resource)? {
        Follow::Resource => Ok(accepted.status != 202),
        follow => {
            Operation::new(arm, Aim::Delete, follow, resource, until).run().await?;
            Ok(true)
        }
    }
}

/// Which of the three ways an answer tells of. An address that is the resource's own is none.
fn choose(arm: &Arm, accepted: &Answer, resource: &Url) -> Result<Follow, Error> {
    let address = |name| -> Result<Option<Url>, Error> {
        let Some(text) = accepted.header(name) else {
            return Ok(None);
        };
        let url = arm.own(text)?;
        Ok((!url.path().eq_ignore_ascii_case(resource.path())).then_some(url))
    };
    if let Some(url) = address("azure-asyncoperation")? {
        return Ok(Follow::Status(url));
    }
    // Location beside 200 or 201 names the resource, not an operation (RFC 9110, 10.2.2): it is
    // not even read.
    if accepted.status != 202 {
        return Ok(Follow::Resource);
    }
    Ok(address("location")?.map_or(Follow::Resource, Follow::Place))
}

impl<'a> Operation<'a> {
    fn new(arm: &'a Arm, aim: Aim, follow: Follow, resource: &'a Url, until: &'a Deadline) -> Self {
        Self { arm, aim, follow, resource, until, begun: Instant::now() }
    }

    async fn run(mut self) -> Result<(), Error> {
        let mut backoff = Backoff::of_polls();
        let mut last = None;
        // Looked at without a pause first: many operations are done at once.
        loop {
            let looked = self.look().await;
            let (progress, asked) = looked.map_err(|error| match &last {
                Some(last) => error.after(last),
                None => error,
            })?;
            let said = match progress {
                Progress::Done => return Ok(()),
                Progress::Missing if self.aim == Aim::Resumed => {
                    let text = "Azure does not tell any more what became of the operation.";
                    return Err(Error::new(Kind::Transport, text));
                }
                Progress::Missing if self.begun.elapsed() < APPEARS_WITHIN => {
                    "the operation is not to be seen yet.".to_owned()
                }
                Progress::Missing if self.aim == Aim::Delete || self.follow == Follow::Resource => {
                    return Ok(());
                }
                // There is nothing to be learnt there any more; the resource itself may tell.
                Progress::Missing => {
                    self.follow = Follow::Resource;
                    continue;
                }
                Progress::Running(state) if state.is_empty() => {
                    "the operation is still running.".to_owned()
                }
                Progress::Running(state) => format!("the operation is still {state:?}."),
            };
            let said = Error::new(Kind::Conflict, said);
            // However long the service asks to wait, there is a last look before the end.
            let left = self.until.remaining().saturating_sub(LAST_LOOK);
            let pause = backoff.pause(asked).min(left.max(SHORTEST));
            self.until.sleep(pause).await.map_err(|end| end.after(&said))?;
            last = Some(said);
        }
    }

    async fn look(&self) -> Result<(Progress, Option<Duration>), Error> {
        let (url, decides) = match &self.follow {
            Follow::Status(url) => (url, false),
            // That something else is in the way is an answer of the operation's.
            Follow::Place(url) => (url, true),
            Follow::Resource => (self.resource, false),
        };
        let call = Call { most_faults: MOST_CONNECTION_FAULTS, decides, ..Call::get(url.clone()) };
        let answer = self.arm.send(&call, self.until).await?;
        let progress = match (&self.follow, answer.status) {
            (_, 404) if self.is_deleted().await? => Progress::Done,
            (_, 404) => Progress::Missing,
            (Follow::Status(_), 200..=299) => status(&answer)?,
            (Follow::Place(_), 202) => Progress::Running(String::new()),
            (Follow::Place(_), 200..=299) => outcome(&answer)?,
            (Follow::Resource, 200..=299) => progress_of(state(&answer.json()?)?),
            // Its status is the operation's own, unless we may not look at it.
            (Follow::Place(_), _) if !may_not_look(&answer) => {
                return Err(answer.error().of_outcome());
            }
            _ => return Err(answer.error()),
        };
        Ok((progress, answer.retry_after()))
    }

    /// Whether the aim is a delete, and reached.
    async fn is_deleted(&self) -> Result<bool, Error> {
        if self.aim != Aim::Delete {
            return Ok(false);
        }
        let answer = self.arm.send(&Call::get(self.resource.clone()), self.until).await?;
        Ok(!answer.is_success() && answer.error().is_absent())
    }
}

/// Whether an answer refuses the look itself. An operation that was denied something names what it
/// is linked to.
fn may_not_look(answer: &Answer) -> bool {
    answer.status == 401
        || (answer.status == 403 && answer.error().code() == Some("AuthorizationFailed"))
}

fn progress_of(unfinished: Option<String>) -> Progress {
    unfinished.map_or(Progress::Done, Progress::Running)
}

/// What a status document tells.
fn status(answer: &Answer) -> Result<Progress, Error> {
    let document = answer.json()?;
    if document.is_null() && answer.status == 200 {
        return Ok(Progress::Done);
    }
    let state = document["status"].as_str().unwrap_or_default();
    if is_failure(state) {
        return Err(answer.identified(Error::of_operation(&document)));
    }
    if state.eq_ignore_ascii_case("succeeded") {
        return Ok(Progress::Done);
    }
    Ok(Progress::Running(state.to_owned()))
}

/// What the answer of a place tells that no longer says 202: nothing, a failure or the resource.
fn outcome(answer: &Answer) -> Result<Progress, Error> {
    let document = answer.json()?;
    if document["status"].as_str().is_some_and(is_failure) {
        return Err(answer.identified(Error::of_operation(&document)));
    }
    state(&document).map(progress_of)
}

/// Whether the last operation on a resource failed: writing it again, even as it is, repairs it.
pub fn has_failed(resource: &Json) -> bool {
    resource["properties"]["provisioningState"].as_str().is_some_and(is_failure)
}

/// Whether that state of an operation or a resource is its bad end.
pub fn is_failure(state: &str) -> bool {
    ["failed", "canceled", "cancelled"].iter().any(|known| known.eq_ignore_ascii_case(state))
}

/// The state that a resource says it is in, unless it is a final and good one.
///
/// # Errors
///
/// That the state is final and no good one.
pub(crate) fn state(resource: &Json) -> Result<Option<String>, Error> {
    let state = resource["properties"]["provisioningState"].as_str().unwrap_or_default();
    if is_failure(state) {
        let text =
            format!("The resource's provisioning state is {state:?}, and Azure does not say why.");
        return Err(Error::new(Kind::Invalid, text).of_outcome());
    }
    let good = state.is_empty() || state.eq_ignore_ascii_case("succeeded");
    Ok((!good).then(|| state.to_owned()))
}
