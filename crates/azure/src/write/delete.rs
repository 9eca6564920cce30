//! Deleting resources.

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

/// Time that an object may stay visible after its delete has ended, before it counts as recreated
/// by another client (ARM replicates with a delay).
const SHOWN_FOR: Duration = Duration::from_secs(30);

/// Number of times that ARM may answer 204 or 404 to a delete while it still shows the object.
const MAX_DENIALS: u32 = 5;

impl Arm {
    /// Deletes a resource with its children, and waits until ARM no longer shows it. A missing
    /// resource is a success. The delete ends with its operation: an object of that name afterwards
    /// is another client's.
    ///
    /// # Errors
    ///
    /// The errors of ARM.
    pub async fn delete(&self, id: &ResourceId, api: &str, until: &Deadline) -> Result<(), Error> {
        let _turn = self.object_locks().take_turn(id, until).await?;
        let _writing = self.begin_write();
        Deletion { target: Target::new(self, id, api)? }.run(until).await
    }
}

/// The answer of ARM to a DELETE.
enum Answered {
    /// ARM has deleted the object.
    Deleted,
    /// ARM deletes the object, and reports no progress.
    Deleting,
    /// ARM found nothing to delete.
    Nothing,
}

/// A delete under way.
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
                    let text = "Azure answers that there is nothing to delete, but still shows \
                                the resource.";
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
                    tracing::debug!(%error, id = %self.target.id, "the delete is retried");
                    retry.pause(&error, until).await?;
                }
                Err(error) => {
                    let maybe_applied = error.is_maybe_applied();
                    let failed = FailedTry { error, condition: &Condition::None, body: None };
                    retry.wait(&self.target, failed, until).await?;
                    // ARM may have deleted it. An object that another client created since stays.
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
            // Not every 404: one of a proxy or of the subscription says nothing about the object.
            let error = response.error();
            return if error.is_not_found() { Ok(Answered::Nothing) } else { Err(error) };
        }
        if response.status == 204 && response.header("azure-asyncoperation").is_none() {
            return Ok(Answered::Nothing);
        }
        match operation::poll_delete(arm.sender(), &response, url, until).await {
            Ok(true) => Ok(Answered::Deleted),
            Ok(false) => Ok(Answered::Deleting),
            // The object itself may show the result.
            Err(error) if error.leaves_outcome_open() => match self.target.get(until).await {
                Ok(None) => Ok(Answered::Deleted),
                Ok(Some(live)) if is_deleting(&live) => Ok(Answered::Deleting),
                Err(end) if end.is_timeout_or_cancelled() => Err(end.after(&error)),
                // The result is unknown. The first error explains more.
                Ok(Some(_)) | Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Waits until the deleted object is no longer visible. An object that stays visible after
    /// `shown`, and is not being deleted, is another client's.
    async fn wait_until_gone(
        &self,
        shown: Option<&Deadline>,
        until: &Deadline,
    ) -> Result<(), Error> {
        let id = self.target.id;
        let there = Error::new(ErrorKind::Conflict, "the resource still exists.");
        let _wait = until.waiting(format_args!("the deletion of {:?}", id.name()));
        let mut backoff = Backoff::of_polls();
        loop {
            let live = match self.target.get(until).await {
                Ok(Some(live)) => live,
                Ok(None) => return Ok(()),
                // A denied read does not undo the delete.
                Err(error) if shown.is_some() && error.leaves_outcome_open() => {
                    tracing::warn!(%error, %id, "the deleted object cannot be read any more");
                    return Ok(());
                }
                Err(end) => return Err(end.after(&there)),
            };
            let pause = backoff.pause(None);
            if !is_deleting(&live) && shown.is_some_and(|shown| pause >= shown.remaining()) {
                tracing::warn!(%id, "another client recreated the deleted object");
                return Ok(());
            }
            until.sleep(pause).await.map_err(|end| end.after(&there))?;
        }
    }
}

/// Returns `true` if the state of an object is `Deleting`.
fn is_deleting(live: &GenericResource) -> bool {
    let state = operation::provisioning_state(&live.body);
    state.is_some_and(|state| state.eq_ignore_ascii_case("deleting"))
}
