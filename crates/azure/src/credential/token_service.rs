//! Requests to token services: repeated while the error is a transient one, and judged.
//!
//! azure_identity's pipelines send through this in place of azure_core's retries. Those hide what
//! the service said: an answer that is no JSON, such as a proxy's page, ends in a complaint about
//! column 1, and of many errors only the last is shown.

use super::token_error::{self, into_core_error, url_of};
use crate::body::{BodyError, read_body};
use crate::error::{Error, ErrorKind};
use crate::retry::{self, Backoff};
use async_trait::async_trait;
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use bytes::Bytes;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};

/// How long one answer may take. Entra ID answers within a second or two.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the tries may take together, before the last one begins.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(45);

/// Bytes that an answer may have: a token has a few thousand.
const MAX_BODY: usize = 1 << 20;

/// How often a request is made at most: with the pauses between them, about ten seconds.
const MAX_TRIES: u32 = 6;

/// The ways to reach token services.
#[derive(Clone, Debug)]
pub struct HttpClients {
    /// For those on the network.
    pub remote: Arc<dyn HttpClient>,
    /// For those of the machine itself, which speak plain http.
    pub local: Arc<dyn HttpClient>,
    /// The `User-Agent` header.
    pub user_agent: String,
}

impl HttpClients {
    /// A client of the network, and one of the machine: without proxies, and soon tired, because
    /// the address that machines in Azure have for this leads nowhere on all others.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Transport`] when the system's certificates cannot be used.
    pub fn new(remote: reqwest::Client, user_agent: &str) -> Result<Self, Error> {
        let local = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .build()
            .map_err(|error| {
                Error::from_source(ErrorKind::Transport, "There is no client", &error)
            })?;
        let user_agent = user_agent.to_owned();
        Ok(Self { remote: Arc::new(remote), local: Arc::new(local), user_agent })
    }
}

/// A token service, as azure_core's pipelines send to it.
#[derive(Clone, Debug)]
pub(crate) struct TokenService {
    client: Arc<dyn HttpClient>,
    user_agent: String,
    is_transient: fn(u16) -> bool,
    /// What to look at when it cannot be reached.
    hint: &'static str,
}

/// What the service answered.
pub(crate) struct TokenResponse {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

impl TokenService {
    /// One that is reached by this client.
    pub(crate) fn new(client: Arc<dyn HttpClient>, user_agent: &str) -> Self {
        let user_agent = user_agent.to_owned();
        Self {
            client,
            user_agent,
            is_transient: retry::is_transient_status,
            hint: "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY), the \
                   certificates (SSL_CERT_FILE), and that this is the right cloud.",
        }
    }

    /// The service of this machine, with its own idea of which answers are transient errors.
    pub(crate) fn local(self, is_transient: fn(u16) -> bool) -> Self {
        Self { is_transient, hint: "", ..self }
    }

    /// Sends a request until it is answered by more than a transient error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`] when there is no answer, or none but transient errors.
    pub(crate) async fn send(&self, request: &Request) -> Result<TokenResponse, Error> {
        let mut request = request.clone();
        if !self.user_agent.is_empty() {
            request.insert_header("user-agent", self.user_agent.clone());
        }
        let begun = Instant::now();
        let mut backoff = Backoff::of_requests();
        for tries in 1.. {
            let (error, asked) = match self.once(&request).await {
                Ok(reply) if !(self.is_transient)(reply.status) => return Ok(reply),
                Ok(reply) => {
                    let asked = retry::retry_after(&reply.headers, SystemTime::now());
                    (token_error::from_response(&request, reply.status, &reply.body), asked)
                }
                // A certificate that is not trusted now will not be in a moment.
                Err(error) if error.to_string().contains("invalid peer certificate") => {
                    return Err(error);
                }
                Err(error) => (error, None),
            };
            let pause = backoff.pause(asked);
            if tries >= MAX_TRIES || begun.elapsed() + pause > TOTAL_TIMEOUT {
                return Err(error);
            }
            tracing::debug!(%error, ?pause, "the sign-in is repeated");
            tokio::time::sleep(pause).await;
        }
        Err(Error::new(ErrorKind::SignIn, "The sign-in was never tried."))
    }

    /// Sends a request; the answer is a JSON object.
    ///
    /// # Errors
    ///
    /// As [`TokenService::send`]; and when the service refuses, or answers anything else.
    pub(crate) async fn ask(&self, request: &Request) -> Result<serde_json::Value, Error> {
        let reply = self.send(request).await?;
        reply.judge(request)
    }

    async fn once(&self, request: &Request) -> Result<TokenResponse, Error> {
        let begun = Instant::now();
        let (method, url) = (request.method(), request.url());
        let (host, path) = (url.host_str().unwrap_or_default(), url.path());
        let answered = timeout(REQUEST_TIMEOUT, self.exchange(request)).await;
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let answered = answered.unwrap_or_else(|_| {
            let seconds = REQUEST_TIMEOUT.as_secs();
            let text = format!("{} did not answer within {seconds} seconds.", url_of(request));
            Err(Error::new(ErrorKind::SignIn, text).with_note(self.hint))
        });
        // Never a body: on the way out it has the secret, on the way in the token.
        match &answered {
            Ok(reply) => tracing::debug!(%method, host, path, status = reply.status, ms, "sign-in"),
            Err(error) => tracing::debug!(%method, host, path, %error, ms, "sign-in"),
        }
        answered
    }

    async fn exchange(&self, request: &Request) -> Result<TokenResponse, Error> {
        let unreached = |error: azure_core::Error| {
            let context = format!("{} cannot be reached", url_of(request));
            Error::from_source(ErrorKind::SignIn, &context, &error).with_note(self.hint)
        };
        let answer = self.client.execute_request(request).await.map_err(unreached)?;
        let (status, headers, stream) = answer.deconstruct();
        let body = read_body(stream, MAX_BODY).await.map_err(|error| match error {
            BodyError::Interrupted(error) => unreached(error),
            BodyError::TooLarge => {
                let what = url_of(request);
                let text = format!("{what} answered with more than {MAX_BODY} bytes.");
                Error::new(ErrorKind::SignIn, text)
            }
        })?;
        Ok(TokenResponse { status: status.into(), headers, body })
    }
}

impl TokenResponse {
    /// The JSON object of an answer that grants what was asked for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`] for all other answers.
    pub(crate) fn judge(&self, request: &Request) -> Result<serde_json::Value, Error> {
        let granted = (200..300).contains(&self.status);
        match serde_json::from_slice::<serde_json::Value>(&self.body) {
            Ok(body) if granted && body.is_object() => Ok(body),
            _ => Err(token_error::from_response(request, self.status, &self.body)),
        }
    }
}

#[async_trait]
impl HttpClient for TokenService {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let answered = self.send(request).await;
        let judged = answered.and_then(|reply| reply.judge(request).map(|_| reply));
        judged.map_err(into_core_error).map(|reply| {
            AsyncRawResponse::from_bytes(reply.status.into(), reply.headers, reply.body)
        })
    }
}
