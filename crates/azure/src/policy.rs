//! Policies of azure_core's pipeline beside authorization: headers and a concurrency limit.

use async_trait::async_trait;
use azure_core::error::ErrorKind as CoreErrorKind;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Request};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Adds headers that identify the client.
#[derive(Debug)]
pub(crate) struct ClientHeaders {
    /// Value of `User-Agent`. If empty, the header is omitted.
    pub(crate) user_agent: String,
    /// Value of `x-ms-correlation-request-id`. If empty, the header is omitted.
    pub(crate) correlation_id: String,
}

#[async_trait]
impl Policy for ClientHeaders {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        if !self.user_agent.is_empty() {
            request.insert_header("user-agent", self.user_agent.clone());
        }
        if !self.correlation_id.is_empty() {
            request.insert_header("x-ms-correlation-request-id", self.correlation_id.clone());
        }
        request.insert_header("x-ms-return-client-request-id", "true");
        pass_on(context, request, next).await
    }
}

/// Limits the number of concurrent requests. Authentication comes before the limit.
#[derive(Debug)]
pub(crate) struct ConcurrencyLimit(Semaphore);

impl ConcurrencyLimit {
    pub(crate) fn new(most: usize) -> Self {
        Self(Semaphore::new(most.max(1)))
    }
}

#[async_trait]
impl Policy for ConcurrencyLimit {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        // The semaphore is never closed.
        let _permit = self.0.acquire().await;
        pass_on(context, request, next).await
    }
}

async fn pass_on(
    context: &Context<'_>,
    request: &mut Request,
    next: &[Arc<dyn Policy>],
) -> PolicyResult {
    match next {
        [first, rest @ ..] => first.send(context, request, rest).await,
        [] => {
            let text = "the pipeline has no transport";
            Err(azure_core::Error::with_message(CoreErrorKind::Other, text))
        }
    }
}
