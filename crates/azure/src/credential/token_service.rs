//! Requests to token services, with retries of transient errors.
//!
//! azure_identity's pipelines send through this module instead of azure_core's retries. Those
//! retries hide the service's response: a body that is not JSON, such as a proxy's page, becomes a
//! parse error at column 1, and only the last of several errors is reported.

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

/// Time limit of one response. Entra ID responds within a second or two.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Time limit for starting the last attempt.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(45);

/// Maximum size of a response in bytes. A token has a few thousand.
const MAX_BODY: usize = 1 << 20;

/// Maximum number of attempts. With the pauses between them, they take about ten seconds.
const MAX_TRIES: u32 = 6;

/// HTTP clients for token services.
#[derive(Clone, Debug)]
pub struct HttpClients {
    /// Client for services on the network.
    pub remote: Arc<dyn HttpClient>,
    /// Client for services of the machine, which use plain http.
    pub local: Arc<dyn HttpClient>,
    /// Value of the `User-Agent` header.
    pub user_agent: String,
}

impl HttpClients {
    /// Creates both clients. The client for the machine's services uses no proxy and a short
    /// connect timeout, because outside Azure nothing answers at the address of the metadata
    /// service.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Transport`] if the system's certificates cannot be used.
    pub fn new(remote: reqwest::Client, user_agent: &str) -> Result<Self, Error> {
        let local = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .build()
            .map_err(|error| {
                let context = "The HTTP client cannot be created";
                Error::from_source(ErrorKind::Transport, context, &error)
            })?;
        let user_agent = user_agent.to_owned();
        Ok(Self { remote: Arc::new(remote), local: Arc::new(local), user_agent })
    }
}

/// Token service, as azure_core's pipelines send to it.
#[derive(Clone, Debug)]
pub(crate) struct TokenService {
    client: Arc<dyn HttpClient>,
    user_agent: String,
    is_transient: fn(u16) -> bool,
    /// Advice for an unreachable service.
    hint: &'static str,
}

/// Response of the service.
pub(crate) struct TokenResponse {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

impl TokenService {
    /// Creates a service that `client` reaches.
    pub(crate) fn new(client: Arc<dyn HttpClient>, user_agent: &str) -> Self {
        let user_agent = user_agent.to_owned();
        Self {
            client,
            user_agent,
            is_transient: retry::is_transient_status,
            hint: "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY), the \
                   certificates (SSL_CERT_FILE), and the configured cloud.",
        }
    }

    /// Turns the service into one of this machine. `is_transient` decides which statuses are
    /// retried.
    pub(crate) fn local(self, is_transient: fn(u16) -> bool) -> Self {
        Self { is_transient, hint: "", ..self }
    }

    /// Sends a request until the response is not a transient error.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::SignIn`] if there is no response, or only transient errors.
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
                // A retry does not make an untrusted certificate trusted.
                Err(error) if error.to_string().contains("invalid peer certificate") => {
                    return Err(error);
                }
                Err(error) => (error, None),
            };
            let pause = backoff.pause(asked);
            if tries >= MAX_TRIES || begun.elapsed() + pause > TOTAL_TIMEOUT {
                return Err(error);
            }
            tracing::debug!(%error, ?pause, "retrying the sign-in");
            tokio::time::sleep(pause).await;
        }
        Err(Error::new(ErrorKind::SignIn, "The sign-in was not attempted."))
    }

    /// Sends a request and returns the response as a JSON object.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`TokenService::send`], and an error if the service refuses or the
    /// response is not a JSON object.
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
            let text = format!("{} did not respond within {seconds} seconds.", url_of(request));
            Err(Error::new(ErrorKind::SignIn, text).with_note(self.hint))
        });
        // Never log a body: requests contain the secret, and responses the token.
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
                let text = format!("{what} returned more than {MAX_BODY} bytes.");
                Error::new(ErrorKind::SignIn, text)
            }
        })?;
        Ok(TokenResponse { status: status.into(), headers, body })
    }
}

impl TokenResponse {
    /// Returns the JSON object of a successful response.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::SignIn`] for every other response.
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
