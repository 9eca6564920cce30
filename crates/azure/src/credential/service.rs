//! Requests to token services: repeated while the fault is a passing one, and judged.
//!
//! azure_identity's pipelines send through this in place of azure_core's retries. Those hide what
//! the service said: an answer that is no JSON, such as a proxy's page, ends in a complaint about
//! column 1, and the last fault of many is all that is told.

use super::refusal;
use crate::bounded::{Spoilt, whole};
use crate::error::{Error, Kind};
use crate::retry::{self, Backoff};
use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use bytes::Bytes;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};

/// How long one answer may take. Entra ID answers within a second or two.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the tries may take together, before the last one begins.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(45);

/// Bytes that an answer may have: a token has a few thousand.
const LARGEST_ANSWER: usize = 1 << 20;

/// How often a request is made at most: with the pauses between them, about ten seconds.
const MOST_TRIES: u32 = 6;

/// A token service, as azure_core's pipelines send to it.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    client: Arc<dyn HttpClient>,
    user_agent: String,
    is_passing: fn(u16) -> bool,
    /// What to look at when it cannot be reached.
    hint: &'static str,
}

/// What the service answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

impl Service {
    /// One that is reached by this client.
    pub(crate) fn new(client: Arc<dyn HttpClient>, user_agent: &str) -> Self {
        let user_agent = user_agent.to_owned();
        Self {
            client,
            user_agent,
            is_passing: retry::is_passing,
            hint: "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY), the \
                   certificates (SSL_CERT_FILE), and that this is the right cloud.",
        }
    }

    /// The same on this machine, with its own idea of which answers are passing faults.
    pub(crate) fn local(self, is_passing: fn(u16) -> bool) -> Self {
        Self { is_passing, hint: "", ..self }
    }

    /// Sends a request until it is answered by more than a passing fault.
    ///
    /// # Errors
    ///
    /// [`Kind::SignIn`] when there is no answer, or none but passing faults.
    pub(crate) async fn send(&self, request: &Request) -> Result<Reply, Error> {
        let mut request = request.clone();
        if !self.user_agent.is_empty() {
            request.insert_header("user-agent", self.user_agent.clone());
        }
        let begun = Instant::now();
        let mut backoff = Backoff::of_requests();
        for tries in 1.. {
            let (fault, asked) = match self.once(&request).await {
                Ok(reply) if !(self.is_passing)(reply.status) => return Ok(reply),
                Ok(reply) => {
                    let asked = retry::asked_for(&reply.headers, SystemTime::now());
                    (refusal::of_answer(&request, reply.status, &reply.body), asked)
                }
                // A certificate that is not trusted now will not be in a moment.
                Err(fault) if fault.to_string().contains("invalid peer certificate") => {
                    return Err(fault);
                }
                Err(fault) => (fault, None),
            };
            let pause = backoff.pause(asked);
            if tries >= MOST_TRIES || begun.elapsed() + pause > PATIENCE_IN_ALL {
                return Err(fault);
            }
            tracing::debug!(%fault, ?pause, "the sign-in is repeated");
            tokio::time::sleep(pause).await;
        }
        Err(Error::new(Kind::SignIn, "The sign-in was never tried."))
    }

    /// Sends a request; the answer is a JSON object.
    ///
    /// # Errors
    ///
    /// As [`Service::send`]; and when the service refuses, or answers anything else.
    pub(crate) async fn ask(&self, request: &Request) -> Result<serde_json::Value, Error> {
        let reply = self.send(request).await?;
        reply.judge(request)
    }

    async fn once(&self, request: &Request) -> Result<Reply, Error> {
        let begun = Instant::now();
        let (method, url) = (request.method(), request.url());
        let (host, path) = (url.host_str().unwrap_or_default(), url.path());
        let answered = timeout(PATIENCE, self.exchange(request)).await;
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let answered = answered.unwrap_or_else(|_| {
            let seconds = PATIENCE.as_secs();
            let text = format!("{} did not answer within {seconds} seconds.", place(request));
            Err(Error::new(Kind::SignIn, text).with_note(self.hint))
        });
        // Never a body: on the way out it has the secret, on the way in the token.
        match &answered {
            Ok(reply) => tracing::debug!(%method, host, path, status = reply.status, ms, "sign-in"),
            Err(fault) => tracing::debug!(%method, host, path, %fault, ms, "sign-in"),
        }
        answered
    }

    async fn exchange(&self, request: &Request) -> Result<Reply, Error> {
        let unreached = |fault: azure_core::Error| {
            let context = format!("{} cannot be reached", place(request));
            Error::of_source(Kind::SignIn, &context, &fault).with_note(self.hint)
        };
        let answer = self.client.execute_request(request).await.map_err(unreached)?;
        let (status, headers, stream) = answer.deconstruct();
        let body = whole(stream, LARGEST_ANSWER).await.map_err(|spoilt| match spoilt {
            Spoilt::Torn(fault) => unreached(fault),
            Spoilt::TooLarge => {
                let what = place(request);
                let text = format!("{what} answered with more than {LARGEST_ANSWER} bytes.");
                Error::new(Kind::SignIn, text)
            }
        })?;
        Ok(Reply { status: status.into(), headers, body })
    }
}

impl Reply {
    /// The JSON object of an answer that grants what was asked for.
    ///
    /// # Errors
    ///
    /// [`Kind::SignIn`] for all other answers.
    pub(crate) fn judge(&self, request: &Request) -> Result<serde_json::Value, Error> {
        let granted = (200..300).contains(&self.status);
        match serde_json::from_slice::<serde_json::Value>(&self.body) {
            Ok(body) if granted && body.is_object() => Ok(body),
            _ => Err(refusal::of_answer(request, self.status, &self.body)),
        }
    }
}

/// What a request is sent to, for people: without its query.
pub(crate) fn place(request: &Request) -> String {
    let mut url = request.url().clone();
    url.set_query(None);
    url.to_string()
}

#[async_trait]
impl HttpClient for Service {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let answered = self.send(request).await;
        let judged = answered.and_then(|reply| reply.judge(request).map(|_| reply));
        judged.map_err(carry).map(|reply| {
            AsyncRawResponse::from_bytes(reply.status.into(), reply.headers, reply.body)
        })
    }
}

/// Takes an error of ours through azure_core; [`carried`] finds it again.
pub(crate) fn carry(error: Error) -> azure_core::Error {
    let text = error.to_string();
    azure_core::Error::with_error(ErrorKind::Credential, error, text)
}

/// The error of ours that azure_core brings back.
pub(crate) fn carried(fault: &azure_core::Error) -> Option<Error> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(fault);
    while let Some(fault) = next {
        if let Some(own) = fault.downcast_ref::<Error>() {
            return Some(own.clone());
        }
        next = fault.source();
    }
    None
}
