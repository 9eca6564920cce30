//! What azure_core's pipeline does to each request beside signing it: two policies.

use async_trait::async_trait;
use azure_core::error::ErrorKind as CoreErrorKind;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Request};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Says in each request who sends it.
#[derive(Debug)]
pub(crate) struct ClientHeaders {
    /// Empty to send none.
    pub(crate) user_agent: String,
    /// Empty to send none.
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

/// Lets so many requests at most be under way at the same time. Signing in comes before.
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
        // It is never closed.
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
        [] => Err(azure_core::Error::with_message(CoreErrorKind::Other, "there is no transport")),
    }
}
