//! Long-running operations, in the three ways that ARM reports them.
//!
//! `Azure-AsyncOperation` names a status document. `Location` names a URL that answers 202 until
//! the operation ends. Without either header, the resource's own `provisioningState` shows the
//! progress (ARM RPC, async operations).
//!
//! azure_core's `Poller` is not used. Its caller has to choose the way, to read the documents, and
//! to decide when to stop, so it would only save the loop.

use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::request::{ArmRequest, ArmResponse};
use crate::retry::Backoff;
use crate::sender::Sender;
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Time that a status document or a new resource may be missing after the operation began.
const APPEARS_WITHIN: Duration = Duration::from_secs(60);

/// Number of times in a row that the connection may fail while an operation is polled. The
/// operation goes on meanwhile, and its result must be known.
const MAX_CONNECTION_ERRORS: u32 = 20;

/// Time between the last poll and the deadline.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// State of a managed network that Azure creates together with the first compute in it. Until
/// then no operation runs (`ManagedNetworkProvisioningState` in Azure's specification).
const DEFERRED: &str = "deferred";

/// The shortest pause between two polls.
const SHORTEST: Duration = Duration::from_millis(100);

/// The URL that reports the progress of an operation, from ARM's answer. It stays valid in later
/// runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationUrl {
    /// A status document (`Azure-AsyncOperation`).
    AsyncOperation(String),
    /// A URL that answers 202 until the operation ends (`Location`).
    Location(String),
}

impl OperationUrl {
    /// Returns the URL in an answer, or `None` if it has none.
    pub(crate) fn of(accepted: &ArmResponse) -> Option<Self> {
        let header = |name| accepted.header(name).map(str::to_owned);
        let location = || header("location").filter(|_| accepted.status == 202).map(Self::Location);
        header("azure-asyncoperation").map(Self::AsyncOperation).or_else(location)
    }
}

/// The URL that is polled.
#[derive(Debug, PartialEq, Eq)]
enum PollTarget {
    /// A status document.
    AsyncOperation(Url),
    /// A URL that answers 202 until the operation ends.
    Location(Url),
    /// The resource.
    Resource,
}

impl PollTarget {
    /// Returns which of the three an answer names.
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
        // `Location` beside 200 or 201 names the resource, not an operation (RFC 9110, 10.2.2), so
        // it is not read.
        if accepted.status != 202 {
            return Ok(Self::Resource);
        }
        Ok(address("location")?.map_or(Self::Resource, Self::Location))
    }
}

/// The purpose of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Write,
    /// A write that an earlier run began. Only the URL of the operation reports its result.
    ResumedWrite,
    Delete,
}

/// The progress of an operation.
enum Progress {
    /// It is running, in this state if it reports one.
    Running(Option<String>),
    /// Its URL answers 404.
    Missing,
    Done,
}

impl Progress {
    /// Returns the progress by the unfinished state of a resource, done if there is none.
    fn of_resource(unfinished: Option<&str>) -> Self {
        unfinished.map_or(Self::Done, |state| Self::Running(Some(state.to_owned())))
    }

    /// Reads the progress from a status document.
    fn of_status(response: &ArmResponse) -> Result<Self, Error> {
        let document = response.json()?;
        if document.is_null() && response.status == 200 {
            return Ok(Self::Done);
        }
        let state = match &document["status"] {
            Json::Null => return Ok(Self::Running(None)),
            Json::String(state) => state.as_str(),
            _ => return Err(response.decode_error("has a `status` that is not a string.")),
        };
        if is_failure(state) {
            return Err(response.identified(Error::from_operation(&document)));
        }
        if state.eq_ignore_ascii_case("succeeded") {
            return Ok(Self::Done);
        }
        Ok(Self::Running(Some(state.to_owned()).filter(|state| !state.is_empty())))
    }

    /// Reads the progress from the answer of a `Location` URL that no longer answers 202. The
    /// answer is empty, a failure or the resource.
    fn of_location(response: &ArmResponse) -> Result<Self, Error> {
        let document = response.json()?;
        // The resource may have a `status` of its own, of any form.
        if document["status"].as_str().is_some_and(is_failure) {
            return Err(response.identified(Error::from_operation(&document)));
        }
        unfinished_state(&document).map(Self::of_resource)
    }
}

/// Polls the operation of a PUT or PATCH that ARM accepted with this answer, until it ends.
///
/// # Errors
///
/// The operation's own failure; otherwise the errors of the requests.
pub(crate) async fn poll_write(
    sender: &Sender,
    accepted: &ArmResponse,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    let target = PollTarget::of(sender, accepted, resource)?;
    // 202 means that the operation is running, whatever the body. If the answer is not a resource,
    // the resource is read.
    if target == PollTarget::Resource
        && accepted.status != 202
        && let Ok(said) = accepted.resource()
        && unfinished_state(&said.body)?.is_none()
    {
        return Ok(());
    }
    Poller::new(sender, Purpose::Write, target, resource, until).run().await
}

/// Waits until a resource is in a final state, whoever changes it.
///
/// # Errors
///
/// An error if that state is a failure; otherwise the errors of the requests.
pub(crate) async fn poll_resource(
    sender: &Sender,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    Poller::new(sender, Purpose::Write, PollTarget::Resource, resource, until).run().await
}

/// Polls the write of an earlier run until it ends.
///
/// # Errors
///
/// The operation's own failure; otherwise an error if its result is not visible.
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

/// Polls the operation of a DELETE that ARM accepted with this answer, if ARM reports one. Returns
/// `true` if the operation has ended; otherwise only reads of the resource show the end.
///
/// # Errors
///
/// The operation's own failure; otherwise the errors of the requests.
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
        let name = self.resource.path().rsplit('/').next().unwrap_or_default();
        let _wait = self.until.waiting(format_args!("Azure's operation on {name:?}"));
        let mut backoff = Backoff::of_polls();
        let mut last = None;
        // The first poll comes without a pause: many operations end at once.
        loop {
            let looked = self.look().await;
            let (progress, asked) = looked.map_err(|error| match &last {
                Some(last) => error.after(last),
                None => error,
            })?;
            let said = match progress {
                Progress::Done => return Ok(()),
                Progress::Missing if self.purpose == Purpose::ResumedWrite => {
                    let text = "Azure no longer reports the result of the operation.";
                    return Err(Error::new(ErrorKind::Transport, text));
                }
                Progress::Missing if self.begun.elapsed() < APPEARS_WITHIN => {
                    "the operation is not visible yet.".to_owned()
                }
                Progress::Missing
                    if self.purpose == Purpose::Delete || self.target == PollTarget::Resource =>
                {
                    return Ok(());
                }
                // The URL has expired. The resource itself may show the result.
                Progress::Missing => {
                    self.target = PollTarget::Resource;
                    continue;
                }
                Progress::Running(None) => "the operation is still running.".to_owned(),
                Progress::Running(Some(state)) => format!("the operation is still {state:?}."),
            };
            let said = Error::new(ErrorKind::Conflict, said);
            // However long the service asks to wait, the last poll comes before the deadline.
            let left = self.until.remaining().saturating_sub(LAST_LOOK);
            let pause = backoff.pause(asked).min(left.max(SHORTEST));
            self.until.sleep(pause).await.map_err(|end| end.after(&said))?;
            last = Some(said);
        }
    }

    async fn look(&self) -> Result<(Progress, Option<Duration>), Error> {
        let (url, conflict_is_final) = match &self.target {
            PollTarget::AsyncOperation(url) => (url, false),
            // A conflict is the result of the operation.
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
            // The status is the operation's own, unless this read is denied.
            (PollTarget::Location(_), _) if !refuses_look(&response) => {
                return Err(response.error().operation_failure());
            }
            _ => return Err(response.error()),
        };
        Ok((progress, response.retry_after()))
    }

    /// Returns `true` if the purpose is a delete and the resource no longer exists.
    async fn is_deleted(&self) -> Result<bool, Error> {
        if self.purpose != Purpose::Delete {
            return Ok(false);
        }
        let request = ArmRequest::get(self.resource.clone());
        let response = self.sender.send(&request, self.until).await?;
        Ok(!response.is_success() && response.error().is_not_found())
    }
}

/// Returns `true` if an answer denies the read itself. The denial of an operation has another code,
/// which names the linked resource.
fn refuses_look(response: &ArmResponse) -> bool {
    response.status == 401
        || (response.status == 403 && response.error().code() == Some("AuthorizationFailed"))
}

/// Returns the provisioning state of a resource, or `None` if its type has none. Outbound rules of
/// managed networks report a failure only in their `status`.
pub(crate) fn provisioning_state(resource: &Json) -> Option<&str> {
    let text = |name: &str| resource["properties"][name].as_str();
    let own = text("provisioningState").filter(|state| !state.is_empty());
    own.or_else(|| text("status").filter(|status| is_failure(status)))
}

/// Returns `true` if the last operation on a resource failed. Writing the resource again repairs
/// it, even without changes.
pub fn has_failed(resource: &Json) -> bool {
    provisioning_state(resource).is_some_and(is_failure)
}

/// Returns `true` if this state of an operation or a resource is final and a failure.
pub fn is_failure(state: &str) -> bool {
    ["failed", "canceled", "cancelled"].iter().any(|known| known.eq_ignore_ascii_case(state))
}

/// Returns the provisioning state of a resource, or `None` if the state is final.
///
/// # Errors
///
/// An error if the state is a failure, and [`ErrorKind::Decode`] if it is not a string.
pub(crate) fn unfinished_state(resource: &Json) -> Result<Option<&str>, Error> {
    let state = &resource["properties"]["provisioningState"];
    if !matches!(state, Json::Null | Json::String(_)) {
        let id = resource["id"].as_str().unwrap_or("a resource");
        let text = format!("The answer about {id} has a `provisioningState` that is not a string.");
        return Err(Error::new(ErrorKind::Decode, text));
    }
    let Some(state) = provisioning_state(resource) else {
        return Ok(None);
    };
    if is_failure(state) {
        // Services without operation URLs report their errors here.
        if resource["error"].is_object() {
            return Err(Error::from_operation(resource));
        }
        let text =
            format!("The resource's provisioning state is {state:?}, and Azure reports no reason.");
        return Err(Error::new(ErrorKind::Invalid, text).operation_failure());
    }
    let is_final = ["succeeded", DEFERRED].iter().any(|end| state.eq_ignore_ascii_case(end));
    Ok((!is_final).then_some(state))
}
