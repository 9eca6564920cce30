//! POST requests to an object.

use super::retry::{FailedTry, WriteRetry};
use super::target::Target;
use crate::arm::Arm;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::id::ResourceId;
use crate::operation;
use crate::request::{ArmRequest, Condition};
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;

/// A POST request to an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Post<'a> {
    /// The object.
    pub id: &'a ResourceId,
    /// The last segment of the address, such as `reconcile`.
    pub verb: &'a str,
    /// The API version.
    pub api: &'a str,
    /// The body; null sends none.
    pub body: &'a Json,
}

impl Arm {
    /// Sends a POST, and waits until its operation ends. A try without a known result, or with a
    /// transient failure, is retried, so ARM must accept the request twice.
    ///
    /// # Errors
    ///
    /// The errors of ARM and of the operation.
    pub async fn post(&self, post: &Post<'_>, until: &Deadline) -> Result<(), Error> {
        let _turn = self.object_locks().take_turn(post.id, until).await?;
        let _writing = self.begin_write();
        let target = Target::new(self, post.id, post.api)?;
        let url = self.sender().url(&format!("{}/{}", post.id.as_str(), post.verb), post.api)?;
        let body = Some(post.body).filter(|body| !body.is_null());
        let mut retry = WriteRetry::new(Duration::from_secs(10));
        loop {
            let request = ArmRequest::write(Method::Post, url.clone(), body, Condition::None);
            let answered = match self.sender().send_once(&request, until).await {
                Ok(response) if response.is_success() => {
                    operation::poll_write(self.sender(), &response, &target.url, until).await
                }
                Ok(response) => Err(response.error()),
                Err(error) => Err(error),
            };
            let Err(error) = answered else { return Ok(()) };
            let failed = FailedTry { error, condition: &Condition::None, body };
            retry.wait(&target, failed, until).await?;
        }
    }
}
