//! Sends requests to one cloud's ARM: signed, within a deadline and the subscription's limits.
//!
//! A read is retried while its error is transient. A write is sent once: before a retry, its caller
//! must read the object again. Each request goes through azure_core's pipeline with its retries
//! switched off. Those end after a minute whatever the caller allows, know no interruption, and
//! cannot renew a token that ARM refuses.

use crate::body::{BodyError, read_body};
use crate::cloud::Cloud;
use crate::credential::{Authorization, TokenCache, from_core_error};
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, message_chain};
use crate::id::{ResourceId, is_safe};
use crate::policy::{ClientHeaders, ConcurrencyLimit};
use crate::rate_limit::RateLimiter;
use crate::request::{ArmRequest, ArmResponse, Condition, GenericResource, Verdict};
use crate::retry::{Backoff, awaited};
use azure_core::error::ErrorKind as CoreErrorKind;
use azure_core::http::policies::Policy;
use azure_core::http::{
    ClientOptions, Context, HttpClient, Method, Pipeline, PipelineStreamOptions, Request,
    RetryOptions, Transport,
};
use serde_json::Value as Json;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Largest answer, in bytes. ARM's own limit is 8 MB.
const MAX_BODY: usize = 32 << 20;

/// Headers, limits and retries of a client.
#[derive(Clone, Debug)]
pub struct ArmOptions {
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The correlation ID of all requests. If empty, none is sent.
    pub correlation_id: String,
    /// Time for which changes that lack a role are retried, counted from the first denial: a new
    /// role assignment takes some time to work.
    pub role_propagation_timeout: Duration,
    /// Largest number of parallel requests.
    pub max_concurrent_requests: usize,
}

impl Default for ArmOptions {
    fn default() -> Self {
        Self {
            user_agent: String::new(),
            correlation_id: uuid::Uuid::new_v4().to_string(),
            role_propagation_timeout: Duration::ZERO,
            max_concurrent_requests: 16,
        }
    }
}

/// Sends requests to one cloud's ARM with one identity.
pub(crate) struct Sender {
    cloud: Cloud,
    pipeline: Pipeline,
    correlation_id: String,
    rate_limiter: RateLimiter,
}

impl Sender {
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if an option cannot be sent.
    pub(crate) fn new(
        cloud: Cloud,
        credential: Arc<TokenCache>,
        client: impl HttpClient + 'static,
        options: ArmOptions,
    ) -> Result<Self, Error> {
        let ArmOptions {
            user_agent,
            correlation_id,
            max_concurrent_requests,
            role_propagation_timeout: _,
        } = options;
        for (what, text) in [("user agent", &user_agent), ("correlation ID", &correlation_id)] {
            if text.chars().any(|c| !(' '..='~').contains(&c)) {
                let text = format!("The {what} contains characters that are not printable ASCII.");
                return Err(Error::new(ErrorKind::Invalid, text));
            }
        }
        let client_options = ClientOptions {
            retry: RetryOptions::none(),
            transport: Some(Transport::new(Arc::new(client))),
            ..ClientOptions::default()
        };
        let headers = ClientHeaders { user_agent, correlation_id: correlation_id.clone() };
        let policies: Vec<Arc<dyn Policy>> = vec![
            Arc::new(headers),
            Arc::new(Authorization::new(credential, &cloud)),
            Arc::new(ConcurrencyLimit::new(max_concurrent_requests)),
        ];
        let pipeline = Pipeline::new(
            option_env!("CARGO_PKG_NAME"),
            option_env!("CARGO_PKG_VERSION"),
            client_options,
            Vec::new(),
            policies,
            None,
        );
        Ok(Self { cloud, pipeline, correlation_id, rate_limiter: RateLimiter::default() })
    }

    pub(crate) fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Returns the URL of a resource.
    pub(crate) fn url(&self, path: &str, api: &str) -> Result<Url, Error> {
        if let Some(bad) = path.split('/').skip(1).find(|segment| !is_safe(segment)) {
            let text = format!("{bad:?} cannot be part of a resource ID.");
            return Err(Error::new(ErrorKind::Invalid, text));
        }
        let base = self.cloud.resource_manager().as_str().trim_end_matches('/');
        let url = format!("{base}{path}?api-version={api}");
        Url::parse(&url).map_err(|error| {
            Error::new(ErrorKind::Invalid, format!("{path:?} cannot be part of a URL: {error}."))
        })
    }

    /// Parses a URL from an answer of ARM, and refuses one of another origin, because the token
    /// goes to ARM only.
    ///
    /// The URL stays as it is, with its signature. Only characters that may not occur in a URL are
    /// escaped (and `'` in a query), and `.` and `..` segments are resolved.
    pub(crate) fn own_url(&self, address: &str) -> Result<Url, Error> {
        let refuse = |why: &str| {
            let start: String = address.chars().take(200).collect();
            Error::new(
                ErrorKind::Protocol,
                format!("Azure returned an invalid URL: {start:?} {why}."),
            )
        };
        let url = Url::parse(address)
            .map_err(|error| refuse(&format!("is not an absolute URL ({error})")))?;
        if url.origin() != self.cloud.resource_manager().origin() {
            return Err(refuse(
                "does not belong to Azure Resource Manager, so the token is not sent there",
            ));
        }
        // The HTTP client would send them as a second authorization.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("contains a user name or a password"));
        }
        Ok(url)
    }

    /// Reads a resource. Returns `None` if the resource or its parent definitely does not exist.
    pub(crate) async fn get(
        &self,
        id: &ResourceId,
        api: &str,
        until: &Deadline,
    ) -> Result<Option<GenericResource>, Error> {
        let url = self.url(id.as_str(), api)?;
        let response = self.send(&ArmRequest::get(url), until).await?;
        if !response.is_success() {
            let error = response.error();
            return if error.is_not_found() { Ok(None) } else { Err(error) };
        }
        response.resource().map(Some)
    }

    /// Sends a request, and retries it while its error is transient.
    pub(crate) async fn send(
        &self,
        request: &ArmRequest<'_>,
        until: &Deadline,
    ) -> Result<ArmResponse, Error> {
        let mut backoff = Backoff::of_requests();
        let (mut connection_errors, mut renewed) = (0, false);
        let mut last: Option<Error> = None;
        loop {
            let (error, asked) = match request.judge(self.once(request, until).await) {
                Verdict::Unauthorized(_) if !renewed => {
                    // The refused token is no longer cached, so the next try gets a new one.
                    renewed = true;
                    continue;
                }
                Verdict::Final(response) | Verdict::Unauthorized(response) => return Ok(response),
                Verdict::Permanent(error) => {
                    return Err(match last {
                        Some(last) => error.after(&last),
                        None => error,
                    });
                }
                Verdict::Transient { error, retry_after, connection } => {
                    connection_errors = if connection { connection_errors + 1 } else { 0 };
                    if connection_errors >= request.max_connection_errors {
                        let note =
                            format!("The request failed {connection_errors} times in a row.");
                        return Err(error.with_note(&note));
                    }
                    (error, retry_after)
                }
            };
            renewed = false;
            let pause = backoff.pause(asked);
            tracing::debug!(%error, ?pause, "the request is retried");
            let _wait = until.waiting(awaited(&error));
            until.sleep(pause).await.map_err(|end| end.after(&error))?;
            last = Some(error);
        }
    }

    /// Sends a request once, without retries.
    pub(crate) async fn send_once(
        &self,
        request: &ArmRequest<'_>,
        until: &Deadline,
    ) -> Result<ArmResponse, Error> {
        match request.judge(self.once(request, until).await) {
            Verdict::Final(response) | Verdict::Unauthorized(response) => Ok(response),
            Verdict::Permanent(error) | Verdict::Transient { error, .. } => Err(error),
        }
    }

    /// Tries a request once. An interruption does not drop a sent change, because its answer says
    /// whether something exists now.
    async fn once(&self, request: &ArmRequest<'_>, until: &Deadline) -> Result<ArmResponse, Error> {
        self.rate_limiter.acquire(request, until).await?;
        let exchange = async {
            let started = Instant::now();
            let answered = self.exchange(request).await;
            log(request, &answered, started.elapsed());
            if let Ok(response) = &answered {
                self.rate_limiter.record(request, response);
            }
            answered.map_err(|error| self.correlated(error))
        };
        if request.method == Method::Get {
            until.run(exchange).await
        } else {
            until.run_to_completion(exchange).await
        }
    }

    async fn exchange(&self, request: &ArmRequest<'_>) -> Result<ArmResponse, Error> {
        let url = &request.url;
        let mut sent = Request::new(url.clone(), request.method);
        sent.insert_header("accept", "application/json");
        match &request.condition {
            Condition::None => {}
            Condition::IfMatch(etag) => sent.insert_header("if-match", etag.clone()),
            Condition::IfNoneMatch => sent.insert_header("if-none-match", "*"),
        }
        if let Some(body) = request.body {
            sent.insert_header("content-type", "application/json");
            sent.set_body(body.to_string());
        }
        let options = PipelineStreamOptions { skip_checks: true, ..Default::default() };
        let response = self.pipeline.stream(&Context::default(), &mut sent, Some(options)).await;
        let response = response.map_err(|error| no_answer(&error, url))?;
        let (status, headers, stream) = response.deconstruct();
        let body = read_body(stream, MAX_BODY).await.map_err(|error| match error {
            BodyError::Interrupted(error) => no_answer(&error, url),
            BodyError::TooLarge => {
                let limit = format!("The answer is larger than {MAX_BODY} bytes.");
                Error::new(ErrorKind::Protocol, limit).maybe_applied(true)
            }
        })?;
        Ok(ArmResponse { url: url.clone(), status: status.into(), headers, body })
    }

    /// Adds the correlation ID of all requests to an error that has none.
    fn correlated(&self, error: Error) -> Error {
        if error.correlation_id().is_some() || self.correlation_id.is_empty() {
            return error;
        }
        error.with_ids(None, Some(self.correlation_id.clone()))
    }
}

fn log(request: &ArmRequest<'_>, answered: &Result<ArmResponse, Error>, took: Duration) {
    // Without the query: an operation's URL has a signature in it.
    let (method, path) = (request.method, request.url.path());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match answered {
        Ok(response) => {
            let request_id = response.header("x-ms-request-id").unwrap_or_default();
            tracing::debug!(%method, path, status = response.status, ms, request_id, "ARM");
            if let Some(body) = request.body.filter(|_| tracing::enabled!(tracing::Level::TRACE)) {
                let body = without_secrets(body.clone());
                tracing::trace!(%method, path, %body, "sent");
            }
            let body = String::from_utf8_lossy(&response.body);
            tracing::trace!(%method, path, %body, "answered");
        }
        Err(error) => tracing::debug!(%method, path, ms, %error, "ARM"),
    }
}

/// Returns a body without its secrets: connections sign in with their `credentials`.
fn without_secrets(mut body: Json) -> Json {
    if let Some(secret) = body.pointer_mut("/properties/credentials").filter(|it| !it.is_null()) {
        *secret = "(hidden)".into();
    }
    body
}

/// Converts the error of a request without an answer.
fn no_answer(error: &azure_core::Error, url: &Url) -> Error {
    let origin = url.origin().ascii_serialization();
    // The URL may have 4 kB of signature, or contain any word.
    let words = message_chain(unwrapped(error)).replace(url.as_str(), &origin);
    let says = |kind, what: &str| Error::new(kind, format!("{origin} {what}: {words}."));
    match error.kind() {
        CoreErrorKind::Credential => from_core_error(error)
            .unwrap_or_else(|| Error::from_source(ErrorKind::SignIn, "There is no token", error)),
        // A retry does not make a certificate trusted.
        CoreErrorKind::Connection if words.to_lowercase().contains("certificate") => {
            says(ErrorKind::Transport, "has a certificate that is not trusted").permanent()
        }
        CoreErrorKind::Connection => says(ErrorKind::Transport, "cannot be reached"),
        CoreErrorKind::Io => says(ErrorKind::Transport, "did not answer").maybe_applied(true),
        _ => {
            let text = format!("The request to {origin} was not sent: {words}.");
            Error::new(ErrorKind::Protocol, text)
        }
    }
}

/// Returns the innermost error. The libraries' wrappers only say that a request was sent.
fn unwrapped(error: &azure_core::Error) -> &(dyn StdError + 'static) {
    const WRAPPERS: [&str; 4] =
        ["failed to execute", "error converting", "error sending request", "client error ("];
    let mut inside: &(dyn StdError + 'static) = error;
    while let Some(cause) = inside.source() {
        let text = inside.to_string();
        if !WRAPPERS.iter().any(|wrapper| text.starts_with(wrapper)) {
            break;
        }
        inside = cause;
    }
    inside
}
