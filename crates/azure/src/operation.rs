//! Long-running operations, in the three ways that ARM tells of them.
//!
//! `Azure-AsyncOperation` names a status document, `Location` a place that answers 202 until it is
//! done, and without either the resource's own `provisioningState` tells (ARM RPC, async
//! operations).
//!
//! azure_core's `Poller` is not used: it leaves to its caller which of the three ways it is, what a
//! document says and when to stop, so it would save the loop alone.

use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::request::{ArmRequest, ArmResponse};
use crate::retry::Backoff;
use crate::sender::Sender;
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How long a status document, or what is being made, may be missing after the operation began.
const APPEARS_WITHIN: Duration = Duration::from_secs(60);

/// How often in a row the connection may fail while an operation is followed: it goes on without
/// us, and what becomes of it must be known.
const MAX_CONNECTION_ERRORS: u32 = 20;

/// How long before the end the last look is.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// The state of a managed network that is made with the first computer in it: until then nothing
/// goes on (`ManagedNetworkProvisioningState` in Azure's specification).
const DEFERRED: &str = "deferred";

/// The shortest pause between two looks.
const SHORTEST: Duration = Duration::from_millis(100);

/// Where ARM tells how an operation is going, as its answer says. It may be kept for a later run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationUrl {
    /// A status document (`Azure-AsyncOperation`).
    AsyncOperation(String),
    /// A place that answers 202 until it is done (`Location`).
    Location(String),
}

impl OperationUrl {
    /// That of an answer, where it has one.
    pub(crate) fn of(accepted: &ArmResponse) -> Option<Self> {
        let header = |name| accepted.header(name).map(str::to_owned);
        let location = || header("location").filter(|_| accepted.status == 202).map(Self::Location);
        header("azure-asyncoperation").map(Self::AsyncOperation).or_else(location)
    }
}

/// What is polled.
#[derive(Debug, PartialEq, Eq)]
enum PollTarget {
    /// A status document.
    AsyncOperation(Url),
    /// A place that answers 202 until it is done.
    Location(Url),
    /// The resource.
    Resource,
}

impl PollTarget {
    /// The way that an answer asks to be followed, of three. `None` for the resource's own address.
    fn of(sender: &Sender, accepted: &ArmResponse, resource: &Url) -> Result<Self, Error> {
        let address = |name| -> Result<Option<Url>, Error> {
            let Some(text) = accepted.header(name) else {
                return Ok(None);
            };
            let url = sender.own_url(text)?;
            Ok((!url.path().eq_ignore_ascii_case(resource.path())).then_some(url))
        };
        if let Some(url) = address("azure-asyncoperation")? {
            return Ok(Self::AsyncOperation(url));
        }
        // Location beside 200 or 201 names the resource, not an operation (RFC 9110, 10.2.2): it is
        // not even read.
        if accepted.status != 202 {
            return Ok(Self::Resource);
        }
        Ok(address("location")?.map_or(Self::Resource, Self::Location))
    }
}

/// What an operation is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Write,
    /// A write that an earlier run began: only its own address tells what became of it.
    ResumedWrite,
    Delete,
}

/// How an operation is going.
enum Progress {
    /// What it said of itself; nothing where it said nothing.
    Running(Option<String>),
    /// There is nothing at its address.
    Missing,
    Done,
}

impl Progress {
    /// By the state of a resource, unless that is a final one.
    fn of_resource(unfinished: Option<&str>) -> Self {
        unfinished.map_or(Self::Done, |state| Self::Running(Some(state.to_owned())))
    }

    /// What a status document tells.
    fn of_status(response: &ArmResponse) -> Result<Self, Error> {
        let document = response.json()?;
        if document.is_null() && response.status == 200 {
            return Ok(Self::Done);
        }
        let state = match &document["status"] {
            Json::Null => return Ok(Self::Running(None)),
            Json::String(state) => state.as_str(),
            _ => return Err(response.decode_error("has a `status` that is no text.")),
        };
        if is_failure(state) {
            return Err(response.identified(Error::from_operation(&document)));
        }
        if state.eq_ignore_ascii_case("succeeded") {
            return Ok(Self::Done);
        }
        Ok(Self::Running(Some(state.to_owned()).filter(|state| !state.is_empty())))
    }

    /// What the answer of a place tells that no longer says 202: nothing, a failure or the
    /// resource.
    fn of_location(response: &ArmResponse) -> Result<Self, Error> {
        let document = response.json()?;
        // The resource may have a `status` of its own, of any form.
        if document["status"].as_str().is_some_and(is_failure) {
            return Err(response.identified(Error::from_operation(&document)));
        }
        unfinished_state(&document).map(Self::of_resource)
    }
}

/// Follows the PUT or PATCH that ARM accepted with this answer, until it is done.
///
/// # Errors
///
/// The operation's own failure; otherwise those of the requests.
pub(crate) async fn poll_write(
    sender: &Sender,
    accepted: &ArmResponse,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    let target = PollTarget::of(sender, accepted, resource)?;
    // 202 says that it is not done, whatever the body. An answer that is no resource does not tell
    // either: then the resource is looked at.
    if target == PollTarget::Resource
        && accepted.status != 202
        && let Ok(said) = accepted.resource()
        && unfinished_state(&said.body)?.is_none()
    {
        return Ok(());
    }
    Poller::new(sender, Purpose::Write, target, resource, until).run().await
}

/// Waits until a resource is in a final state, whoever has brought it there.
///
/// # Errors
///
/// That the state is no good one; otherwise those of the requests.
pub(crate) async fn poll_resource(
    sender: &Sender,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    Poller::new(sender, Purpose::Write, PollTarget::Resource, resource, until).run().await
}

/// Follows the write that an earlier run began to its end.
///
/// # Errors
///
/// The operation's own failure; otherwise that nothing is to be seen of it.
pub(crate) async fn poll_resumed(
    sender: &Sender,
    address: &OperationUrl,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    let target = match address {
        OperationUrl::AsyncOperation(text) => PollTarget::AsyncOperation(sender.own_url(text)?),
        OperationUrl::Location(text) => PollTarget::Location(sender.own_url(text)?),
    };
    Poller::new(sender, Purpose::ResumedWrite, target, resource, until).run().await
}

/// Follows the DELETE that ARM accepted with this answer, as far as ARM tells of it. Answers
/// whether it has come to its end: without an address to look at, only the resource's end tells.
///
/// # Errors
///
/// The operation's own failure; otherwise those of the requests.
pub(crate) async fn poll_delete(
    sender: &Sender,
    accepted: &ArmResponse,
    resource: &Url,
    until: &Deadline,
) -> Result<bool, Error> {
    match PollTarget::of(sender, accepted, resource)? {
        PollTarget::Resource => Ok(accepted.status != 202),
        target => {
            Poller::new(sender, Purpose::Delete, target, resource, until).run().await?;
            Ok(true)
        }
    }
}

struct Poller<'a> {
    sender: &'a Sender,
    purpose: Purpose,
    target: PollTarget,
    resource: &'a Url,
    until: &'a Deadline,
    begun: Instant,
}

impl<'a> Poller<'a> {
    fn new(
        sender: &'a Sender,
        purpose: Purpose,
        target: PollTarget,
        resource: &'a Url,
        until: &'a Deadline,
    ) -> Self {
        Self { sender, purpose, target, resource, until, begun: Instant::now() }
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
                Progress::Missing if self.purpose == Purpose::ResumedWrite => {
                    let text = "Azure does not tell any more what became of the operation.";
                    return Err(Error::new(ErrorKind::Transport, text));
                }
                Progress::Missing if self.begun.elapsed() < APPEARS_WITHIN => {
                    "the operation is not to be seen yet.".to_owned()
                }
                Progress::Missing
                    if self.purpose == Purpose::Delete || self.target == PollTarget::Resource =>
                {
                    return Ok(());
                }
                // There is nothing to be learnt there any more; the resource itself may tell.
                Progress::Missing => {
                    self.target = PollTarget::Resource;
                    continue;
                }
                Progress::Running(None) => "the operation is still running.".to_owned(),
                Progress::Running(Some(state)) => format!("the operation is still {state:?}."),
            };
            let said = Error::new(ErrorKind::Conflict, said);
            // However long the service asks to wait, there is a last look before the end.
            let left = self.until.remaining().saturating_sub(LAST_LOOK);
            let pause = backoff.pause(asked).min(left.max(SHORTEST));
            self.until.sleep(pause).await.map_err(|end| end.after(&said))?;
            last = Some(said);
        }
    }

    async fn look(&self) -> Result<(Progress, Option<Duration>), Error> {
        let (url, conflict_is_final) = match &self.target {
            PollTarget::AsyncOperation(url) => (url, false),
            // That something else is in the way is an answer of the operation's.
            PollTarget::Location(url) => (url, true),
            PollTarget::Resource => (self.resource, false),
        };
        let request = ArmRequest {
            max_connection_errors: MAX_CONNECTION_ERRORS,
            conflict_is_final,
            ..ArmRequest::get(url.clone())
        };
        let response = self.sender.send(&request, self.until).await?;
        let progress = match (&self.target, response.status) {
            (_, 404) if self.is_deleted().await? => Progress::Done,
            (_, 404) => Progress::Missing,
            (PollTarget::AsyncOperation(_), 200..=299) => Progress::of_status(&response)?,
            (PollTarget::Location(_), 202) => Progress::Running(None),
            (PollTarget::Location(_), 200..=299) => Progress::of_location(&response)?,
            (PollTarget::Resource, 200..=299) => {
                Progress::of_resource(unfinished_state(&response.resource()?.body)?)
            }
            // Its status is the operation's own, unless we may not look at it.
            (PollTarget::Location(_), _) if !refuses_look(&response) => {
                return Err(response.error().operation_failure());
            }
            _ => return Err(response.error()),
        };
        Ok((progress, response.retry_after()))
    }

    /// Whether the purpose is a delete, and reached.
    async fn is_deleted(&self) -> Result<bool, Error> {
        if self.purpose != Purpose::Delete {
            return Ok(false);
        }
        let request = ArmRequest::get(self.resource.clone());
        let response = self.sender.send(&request, self.until).await?;
        Ok(!response.is_success() && response.error().is_not_found())
    }
}

/// Whether an answer refuses the look itself. An operation that was denied something names what it
/// is linked to.
fn refuses_look(response: &ArmResponse) -> bool {
    response.status == 401
        || (response.status == 403 && response.error().code() == Some("AuthorizationFailed"))
}

/// The state that a resource says it is in; `None` where its type has none. Outbound rules of
/// managed networks say that they have failed in their `status` alone.
pub(crate) fn provisioning_state(resource: &Json) -> Option<&str> {
    let text = |name: &str| resource["properties"][name].as_str();
    let own = text("provisioningState").filter(|state| !state.is_empty());
    own.or_else(|| text("status").filter(|status| is_failure(status)))
}

/// Whether the last operation on a resource failed: writing it again, even as it is, repairs it.
pub fn has_failed(resource: &Json) -> bool {
    provisioning_state(resource).is_some_and(is_failure)
}

/// Whether that state of an operation or a resource is its bad end.
pub fn is_failure(state: &str) -> bool {
    ["failed", "canceled", "cancelled"].iter().any(|known| known.eq_ignore_ascii_case(state))
}

/// The state that a resource says it is in, unless it is a final and good one.
///
/// # Errors
///
/// That the state is final and no good one, and [`ErrorKind::Decode`] when it is no text.
pub(crate) fn unfinished_state(resource: &Json) -> Result<Option<&str>, Error> {
    let state = &resource["properties"]["provisioningState"];
    if !matches!(state, Json::Null | Json::String(_)) {
        let id = resource["id"].as_str().unwrap_or("a resource");
        let text = format!("The answer about {id} has a `provisioningState` that is no text.");
        return Err(Error::new(ErrorKind::Decode, text));
    }
    let Some(state) = provisioning_state(resource) else {
        return Ok(None);
    };
    if is_failure(state) {
        // A service whose operations are polled at the resource itself has no other place for it.
        if resource["error"].is_object() {
            return Err(Error::from_operation(resource));
        }
        let text =
            format!("The resource's provisioning state is {state:?}, and Azure does not say why.");
        return Err(Error::new(ErrorKind::Invalid, text).operation_failure());
    }
    let is_final = ["succeeded", DEFERRED].iter().any(|end| state.eq_ignore_ascii_case(end));
    Ok((!is_final).then_some(state))
}
