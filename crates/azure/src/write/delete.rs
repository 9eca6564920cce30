//! Taking something away.

use super::retry::{FailedTry, FirstMet, WriteRetry};
use super::target::Target;
use crate::arm::Arm;
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind};
use crate::id::ResourceId;
use crate::operation;
use crate::request::{ArmRequest, Condition, GenericResource};
use crate::retry::{self, Backoff};
use azure_core::http::Method;
use std::time::Duration;

/// How long an object may be shown whose delete has come to its end, before it counts as made anew
/// by somebody else (ARM replicates with a delay).
const SHOWN_FOR: Duration = Duration::from_secs(30);

/// How often ARM may answer that nothing is to be deleted while it still shows the object.
const MAX_DENIALS: u32 = 5;

impl Arm {
    /// Deletes a resource, and with it its children, and waits until ARM no longer shows it. That
    /// there is none is success. A delete is done when its operation is: what bears the name
    /// afterwards is another object, of somebody else's.
    ///
    /// # Errors
    ///
    /// What ARM says.
    pub async fn delete(&self, id: &ResourceId, api: &str, until: &Deadline) -> Result<(), Error> {
        let _turn = self.object_locks().take_turn(id, until).await?;
        let _writing = self.begin_write();
        Deletion { target: Target::new(self, id, api)? }.run(until).await
    }
}

/// What ARM answered to a DELETE.
enum Answered {
    /// It has deleted the object.
    Deleted,
    /// It deletes the object, and does not tell how it is going.
    Deleting,
    /// There was nothing to delete.
    Nothing,
}

/// What is deleted.
struct Deletion<'a> {
    target: Target<'a>,
}

impl Deletion<'_> {
    async fn run(self, until: &Deadline) -> Result<(), Error> {
        let mut retry = WriteRetry::new(Duration::from_secs(10));
        let mut children = FirstMet::default();
        let mut denials = 0;
        loop {
            match self.once(until).await {
                Ok(Answered::Deleted) => {
                    let shown = until.at_most(SHOWN_FOR.min(until.remaining() / 2));
                    return self.wait_until_gone(Some(&shown), until).await;
                }
                Ok(Answered::Deleting) => return self.wait_until_gone(None, until).await,
                Ok(Answered::Nothing) if self.target.get(until).await?.is_none() => return Ok(()),
                Ok(Answered::Nothing) => {
                    denials += 1;
                    let text = "Azure says that there is nothing to delete, and shows it.";
                    let error = Error::new(ErrorKind::Protocol, text);
                    if denials >= MAX_DENIALS {
                        return Err(error);
                    }
                    retry.pause(&error, until).await?;
                }
                Err(error)
                    if retry::is_lingering(&error)
                        && children.is_within(retry::LINGERING_TIMEOUT) =>
                {
                    tracing::debug!(%error, id = %self.target.id, "the delete is made again");
                    retry.pause(&error, until).await?;
                }
                Err(error) => {
                    let maybe_applied = error.is_maybe_applied();
                    let failed = FailedTry { error, condition: &Condition::None, body: None };
                    retry.wait(&self.target, failed, until).await?;
                    // It may have been carried out: what is made anew since is not ours to delete.
                    if maybe_applied {
                        let live = self.target.get(until).await;
                        if live.map_err(|error| retry.after_last(error))?.is_none() {
                            return Ok(());
                        }
                    }
                }
            }
        }
    }

    async fn once(&self, until: &Deadline) -> Result<Answered, Error> {
        let Target { arm, url, .. } = &self.target;
        let request = ArmRequest::write(Method::Delete, url.clone(), None, Condition::None);
        let response = arm.sender().send_once(&request, until).await?;
        if !response.is_success() {
            // Not any 404: a proxy's says nothing, and one of the subscription the wrong thing.
            let error = response.error();
            return if error.is_not_found() { Ok(Answered::Nothing) } else { Err(error) };
        }
        if response.status == 204 && response.header("azure-asyncoperation").is_none() {
            return Ok(Answered::Nothing);
        }
        match operation::poll_delete(arm.sender(), &response, url, until).await {
            Ok(true) => Ok(Answered::Deleted),
            Ok(false) => Ok(Answered::Deleting),
            // The object itself may tell what the operation does not.
            Err(error) if error.leaves_outcome_open() => match self.target.get(until).await {
                Ok(None) => Ok(Answered::Deleted),
                Ok(Some(live)) if is_deleting(&live) => Ok(Answered::Deleting),
                Err(end) if end.is_timeout_or_cancelled() => Err(end.after(&error)),
                // Nobody can tell: then the first reason is the better one.
                Ok(Some(_)) | Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Waits until what was deleted is shown no more. What is shown for longer than it may be, and
    /// is not going, is somebody else's.
    async fn wait_until_gone(
        &self,
        shown: Option<&Deadline>,
        until: &Deadline,
    ) -> Result<(), Error> {
        let id = self.target.id;
        let there = Error::new(ErrorKind::Conflict, "the resource is still there.");
        let mut backoff = Backoff::of_polls();
        loop {
            let live = match self.target.get(until).await {
                Ok(Some(live)) => live,
                Ok(None) => return Ok(()),
                // That nobody may look at it any more makes it no less deleted.
                Err(error) if shown.is_some() && error.leaves_outcome_open() => {
                    tracing::warn!(%error, %id, "it was deleted, and is hidden");
                    return Ok(());
                }
                Err(end) => return Err(end.after(&there)),
            };
            let pause = backoff.pause(None);
            if !is_deleting(&live) && shown.is_some_and(|shown| pause >= shown.remaining()) {
                tracing::warn!(%id, "it was deleted, and somebody has made it anew");
                return Ok(());
            }
            until.sleep(pause).await.map_err(|end| end.after(&there))?;
        }
    }
}

/// Whether an object says of itself that it is being deleted.
fn is_deleting(live: &GenericResource) -> bool {
    let state = operation::provisioning_state(&live.body);
    state.is_some_and(|state| state.eq_ignore_ascii_case("deleting"))
}
