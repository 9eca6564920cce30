//! The object that a write is about, and what every write does to it: send once, follow, look.

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

/// How long the last look at an object may take whose change failed.
pub(super) const LAST_LOOK: Duration = Duration::from_secs(10);

/// An object, the API version that is spoken with it, and the way to it.
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

    /// Reads the object; `None` when it definitely does not exist.
    pub(super) async fn get(&self, until: &Deadline) -> Result<Option<GenericResource>, Error> {
        self.arm.get(self.id, self.api, until).await
    }

    /// Sends a body, once.
    ///
    /// # Errors
    ///
    /// A refusal of ARM's, and the lack of an answer, after which it may have been carried out.
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

    /// Follows what a write began to its end.
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

    /// Follows what a write began to its end, by the object itself where its operation does not
    /// let itself be followed.
    ///
    /// # Errors
    ///
    /// The operation's own failure; otherwise those of the requests.
    pub(super) async fn poll_write_or_object(
        &self,
        accepted: &ArmResponse,
        until: &Deadline,
    ) -> Result<(), Error> {
        let error = match self.poll_write(accepted, until).await {
            Err(error) if error.leaves_outcome_open() => error,
            ended => return ended,
        };
        tracing::debug!(%error, "the operation cannot be followed; the object is asked instead");
        match self.poll(until).await {
            // Nobody can tell: then the first reason is the better one.
            Err(other) if other.leaves_outcome_open() => Err(error),
            ended => ended,
        }
    }

    /// The object after a write that came to its end, by the write's own answer where that is the
    /// object as it stays; null while ARM does not show it.
    ///
    /// # Errors
    ///
    /// Those of the read.
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
