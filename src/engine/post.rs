//! Actions that send POST requests to objects.

use super::call::Call;
use crate::assessment::reader::Reader;
use crate::client::{AzureClient, deadline};
use crate::explain::{explain, named};
use async_trait::async_trait;
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use azure::write::Post;
use plugin::action::Progress;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// A POST request to an object.
#[derive(Clone, Debug, PartialEq)]
pub struct PostRequest {
    /// The object.
    pub id: ResourceId,
    /// The last segment of the address, such as `reconcile`.
    pub verb: &'static str,
    /// The API version.
    pub api_version: &'static str,
    /// The body; null sends none.
    pub body: Json,
}

impl PostRequest {
    /// Sends the request, and waits until its operation ends.
    ///
    /// # Errors
    ///
    /// The errors of Azure.
    pub async fn ask(&self, arm: &Arm, until: &Deadline) -> Result<(), Error> {
        let Self { id, verb, api_version: api, body } = self;
        arm.post(&Post { id, verb, api, body }, until).await
    }

    /// Sends the request, and waits until its operation ends.
    ///
    /// # Errors
    ///
    /// The errors of Azure, after `doing`, such as `"Provisioning"`.
    pub async fn send(&self, call: Call<'_>, doing: &str) -> Result<(), Diagnostic> {
        let sent = self.ask(call.arm, call.until).await;
        sent.map_err(|error| explain(&format!("{doing} {}", named(&self.id)), &error))
    }
}

/// An action that sends POST requests to objects. Azure must accept each request twice.
pub trait ArmPost: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// Time limit of an invocation.
    const TIMEOUT: Duration;
    /// The beginning of its messages, such as `"Provisioning"`.
    const DOING: &'static str;

    /// Returns the requests to send one after the other, by the objects in Azure.
    ///
    /// # Errors
    ///
    /// An error if no object can take a request.
    fn requests(&self, reader: &Reader) -> Result<Vec<PostRequest>, Diagnostic>;

    /// Returns the last message, given the number of sent requests.
    fn finished(&self, sent: usize) -> String;
}

/// An [`ArmPost`] served to Terraform.
pub struct Posting<P> {
    azure: Arc<AzureClient>,
    post: PhantomData<fn() -> P>,
}

impl<P: ArmPost> Posting<P> {
    /// Serves the action in this Azure.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, post: PhantomData }
    }
}

#[async_trait]
impl<P: ArmPost> Action for Posting<P> {
    type Model = P;

    fn name(&self) -> &'static str {
        P::NAME
    }

    fn timeout(&self) -> Duration {
        P::TIMEOUT
    }

    async fn invoke(
        &self,
        config: P,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        let until = &deadline(context);
        let arm = &self.azure.writable(until).await?;
        let call = Call { arm, until, context };
        let asked = call.assess(|reader| config.requests(reader)).await;
        let requests = asked.map_err(|error| explain(P::DOING, &error))??;
        for request in &requests {
            progress.tell(format!("{} {}", P::DOING, named(&request.id))).await;
            request.send(call, P::DOING).await?;
        }
        progress.tell(config.finished(requests.len())).await;
        Ok(())
    }
}
