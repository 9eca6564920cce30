//! The object of a write, and the steps of every write: send once, wait for the operation, read.

use crate::arm::Arm;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::id::ResourceId;
use crate::operation;
use crate::request::{ArmRequest, ArmResponse, Condition, GenericResource};
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;
use url::Url;

/// Time limit of the last read after a failed change.
pub(super) const LAST_LOOK: Duration = Duration::from_secs(10);

/// The object of a write, with its API version and URL.
pub(super) struct Target<'a> {
    pub(super) arm: &'a Arm,
    pub(super) id: &'a ResourceId,
    pub(super) api: &'a str,
    pub(super) url: Url,
}

impl<'a> Target<'a> {
    pub(super) fn new(arm: &'a Arm, id: &'a ResourceId, api: &'a str) -> Result<Self, Error> {
        Ok(Self { arm, id, api, url: arm.sender().url(id.as_str(), api)? })
    }

    /// Reads the object. Returns `None` if it definitely does not exist.
    pub(super) async fn get(&self, until: &Deadline) -> Result<Option<GenericResource>, Error> {
        self.arm.get(self.id, self.api, until).await
    }

    /// Sends a body, once.
    ///
    /// # Errors
    ///
    /// ARM's refusal, or the lack of an answer, after which ARM may have carried out the write.
    pub(super) async fn send(
        &self,
        method: Method,
        body: &Json,
        condition: &Condition,
        until: &Deadline,
    ) -> Result<ArmResponse, Error> {
        let request = ArmRequest::write(method, self.url.clone(), Some(body), condition.clone());
        let response = self.arm.sender().send_once(&request, until).await?;
        if response.is_success() { Ok(response) } else { Err(response.error()) }
    }

    /// Waits until the operation of a write ends.
    pub(super) async fn poll_write(
        &self,
        accepted: &ArmResponse,
        until: &Deadline,
    ) -> Result<(), Error> {
        operation::poll_write(self.arm.sender(), accepted, &self.url, until).await
    }

    /// Waits until the object is in a final state.
    pub(super) async fn poll(&self, until: &Deadline) -> Result<(), Error> {
        operation::poll_resource(self.arm.sender(), &self.url, until).await
    }

    /// Waits until the operation of a write ends, by the state of the object if the operation
    /// cannot be polled.
    ///
    /// # Errors
    ///
    /// The operation's own failure; otherwise the errors of the requests.
    pub(super) async fn poll_write_or_object(
        &self,
        accepted: &ArmResponse,
        until: &Deadline,
    ) -> Result<(), Error> {
        let error = match self.poll_write(accepted, until).await {
            Err(error) if error.leaves_outcome_open() => error,
            ended => return ended,
        };
        tracing::debug!(%error, "the operation cannot be polled; the object is polled instead");
        match self.poll(until).await {
            // The result is unknown. The first error explains more.
            Err(other) if other.leaves_outcome_open() => Err(error),
            ended => ended,
        }
    }

    /// Returns the object after a write, from the answer to the write if that is final. Returns
    /// null while ARM does not show the object.
    ///
    /// # Errors
    ///
    /// The errors of the read.
    pub(super) async fn after_write(
        &self,
        accepted: &ArmResponse,
        until: &Deadline,
    ) -> Result<Json, Error> {
        let final_answer = accepted.status == 200
            && accepted.header("azure-asyncoperation").is_none()
            && accepted.header("location").is_none();
        if final_answer
            && let Ok(GenericResource { body }) = accepted.resource()
            && let Ok(None) = operation::unfinished_state(&body)
        {
            return Ok(body);
        }
        let found = self.get(until).await?;
        Ok(found.map_or(Json::Null, |found| found.body))
    }
}
