//! Requests to ARM: signed in, repeated while the fault is a passing one, within a deadline.
//!
//! Each goes through azure_core's pipeline, with its retries switched off: they end after a minute
//! whatever the caller allows, know no interruption, and cannot renew a token that ARM refuses.

use crate::cloud::Cloud;
use crate::credential::{Authorize, Renewable, carried};
use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::id::{ResourceId, is_safe};
use crate::retry::{self, Backoff};
use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{
    ClientOptions, Context, HttpClient, Method, Pipeline, PipelineStreamOptions, Request,
    RetryOptions, Transport,
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use serde_json::Value as Json;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use url::Url;

pub use reqwest::Client;

/// Bytes that an answer may have. ARM's own limit is 8 MB.
const LARGEST_ANSWER: usize = 32 << 20;

/// Pages that a list may have: a service that turns in circles must not keep us for ever.
const MOST_PAGES: usize = 10_000;

/// What the requests of a client say of it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The ID that all requests of this client share; empty to send none.
    pub correlation_id: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user_agent: String::new(),
            correlation_id: uuid::Uuid::new_v4().to_string(),
        }
    }
}

/// The HTTP client for ARM and token services: https only, no redirects, proxies by HTTPS_PROXY
/// and NO_PROXY, certificates of the system or of SSL_CERT_FILE.
///
/// # Errors
///
/// [`Kind::Transport`] when the system's certificates cannot be used.
pub fn client() -> Result<Client, Error> {
    Client::builder()
        .https_only(true)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_secs(75))
        .gzip(true)
        .build()
        .map_err(|fault| Error::of_source(Kind::Transport, "There is no HTTP client", &fault))
}

/// ARM of one cloud, for one identity.
#[derive(Clone)]
pub struct Arm(Arc<Inner>);

struct Inner {
    cloud: Cloud,
    pipeline: Pipeline,
    correlation_id: String,
}

/// A precondition of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// None.
    None,
    /// The resource is still the one with this etag.
    IfMatch(String),
    /// There is no such resource yet.
    IfNoneMatch,
}

/// A resource as ARM answered it.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its body.
    pub body: Json,
}

impl Reply {
    /// The resource's etag, where its type has one.
    pub fn etag(&self) -> Option<&str> {
        self.body["etag"].as_str().filter(|etag| !etag.is_empty())
    }
}

/// An answer of the service, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    /// Whether an earlier try of the same request may have been carried out.
    pub(crate) repeated: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &'static str) -> Option<&str> {
        self.headers
            .get_optional_str(&name.into())
            .filter(|text| !text.is_empty())
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn json(&self) -> Result<Json, Error> {
        if self.body.is_empty() {
            return Ok(Json::Null);
        }
        serde_json::from_slice(&self.body).map_err(|fault| {
            Error::new(Kind::Broken, format!("The answer is no JSON: {fault}."))
                .with_ids(self.header("x-ms-request-id").map(str::to_owned), None)
        })
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry::asked_for(&self.headers, SystemTime::now())
    }

    pub(crate) fn error(&self) -> Error {
        let id = |name| self.header(name).map(str::to_owned);
        Error::of_answer(self.status, &self.body)
            .with_ids(id("x-ms-request-id"), id("x-ms-correlation-request-id"))
            .with_retry_after(self.retry_after())
    }
}

/// One request.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<&'a Json>,
    pub(crate) condition: &'a Condition,
    /// How often in a row the connection may fail.
    pub(crate) most_faults: u32,
}

impl Call<'_> {
    pub(crate) fn get(url: Url) -> Call<'static> {
        Call {
            method: Method::Get,
            url,
            body: None,
            condition: &Condition::None,
            most_faults: retry::MOST_CONNECTION_FAULTS,
        }
    }
}

impl Arm {
    /// A client for a cloud, an identity and an HTTP client.
    ///
    /// # Errors
    ///
    /// [`Kind::Invalid`] when an option cannot be sent.
    pub fn new(
        cloud: Cloud,
        credential: Arc<Renewable>,
        client: impl HttpClient + 'static,
        options: Options,
    ) -> Result<Self, Error> {
        for (what, text) in [
            ("user agent", &options.user_agent),
            ("correlation ID", &options.correlation_id),
        ] {
            if text.chars().any(|c| !(' '..='~').contains(&c)) {
                let text = format!("The {what} has characters beyond ASCII.");
                return Err(Error::new(Kind::Invalid, text));
            }
        }
        let correlation_id = options.correlation_id.clone();
        let bearer = Authorize::new(credential, &cloud);
        let client_options = ClientOptions {
            retry: RetryOptions::none(),
            transport: Some(Transport::new(Arc::new(client))),
            ..ClientOptions::default()
        };
        let policies: Vec<Arc<dyn Policy>> = vec![Arc::new(Identify(options)), Arc::new(bearer)];
        let pipeline = Pipeline::new(
            option_env!("CARGO_PKG_NAME"),
            option_env!("CARGO_PKG_VERSION"),
            client_options,
            Vec::new(),
            policies,
            None,
        );
        Ok(Self(Arc::new(Inner {
            cloud,
            pipeline,
            correlation_id,
        })))
    }

    /// The cloud.
    pub fn cloud(&self) -> &Cloud {
        &self.0.cloud
    }

    /// Reads a resource; `None` when it, or what it is in, definitely does not exist.
    ///
    /// # Errors
    ///
    /// Every kind but [`Kind::Absent`].
    pub async fn get(
        &self,
        id: &ResourceId,
        api: &str,
        until: &Deadline,
    ) -> Result<Option<Reply>, Error> {
        let answer = self
            .send(&Call::get(self.url(id.as_str(), api)?), until)
            .await?;
        match answer.status {
            200..=299 => Ok(Some(Reply {
                body: answer.json()?,
            })),
            _ => Err(answer.error()),
        }
        .or_else(|error| {
            if error.is_absent() {
                Ok(None)
            } else {
                Err(error)
            }
        })
    }

    /// Lists the children of a type, all pages of them; none when the resource does not exist.
    ///
    /// # Errors
    ///
    /// Every kind but [`Kind::Absent`]; [`Kind::Broken`] when a page lies elsewhere.
    pub async fn list(
        &self,
        id: &ResourceId,
        child: &str,
        api: &str,
        until: &Deadline,
    ) -> Result<Vec<Json>, Error> {
        let mut url = self.url(&format!("{id}/{child}"), api)?;
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.send(&Call::get(url), until).await?;
            match answer.status {
                200..=299 => {}
                _ => match answer.error() {
                    error if error.is_absent() && all.is_empty() => return Ok(all),
                    error => return Err(error),
                },
            }
            let mut page = answer.json()?;
            if let Some(Json::Array(values)) = page.get_mut("value").map(Json::take) {
                all.extend(values);
            }
            match page["nextLink"].as_str().filter(|link| !link.is_empty()) {
                Some(link) => url = self.own(link)?,
                None => return Ok(all),
            }
        }
        Err(Error::new(
            Kind::Broken,
            format!("The list of {child} of {id} does not end."),
        ))
    }

    /// The address of a resource.
    pub(crate) fn url(&self, path: &str, api: &str) -> Result<Url, Error> {
        if let Some(bad) = path.split('/').skip(1).find(|segment| !is_safe(segment)) {
            let text = format!("{bad:?} cannot be part of a resource ID.");
            return Err(Error::new(Kind::Invalid, text));
        }
        let base = self
            .0
            .cloud
            .resource_manager()
            .as_str()
            .trim_end_matches('/');
        let url = format!("{base}{path}?api-version={api}");
        Url::parse(&url).map_err(|fault| {
            Error::new(
                Kind::Invalid,
                format!("{path:?} cannot be part of an address: {fault}."),
            )
        })
    }

    /// An address that ARM gave, if it is ARM's own: the token goes nowhere else.
    pub(crate) fn own(&self, address: &str) -> Result<Url, Error> {
        let refuse = |why: &str| {
            let start: String = address.chars().take(200).collect();
            Error::new(
                Kind::Broken,
                format!("Azure led to {start:?}, which {why}."),
            )
        };
        let url = Url::parse(address).map_err(|fault| refuse(&format!("is none: {fault}")))?;
        if url.origin() != self.0.cloud.resource_manager().origin() {
            return Err(refuse(
                "is not Azure Resource Manager's: the token is not sent there",
            ));
        }
        Ok(url)
    }

    /// Sends a request until it is answered by more than a passing fault.
    pub(crate) async fn send(&self, call: &Call<'_>, until: &Deadline) -> Result<Answer, Error> {
        let mut backoff = Backoff::of_requests();
        let (mut faults, mut renewed, mut repeated) = (0, false, false);
        loop {
            let (fault, asked) = match self.answered(call, until).await {
                Ok(answer) if answer.status == 401 && !renewed => {
                    // The token that was refused is forgotten by now; another may be better.
                    renewed = true;
                    continue;
                }
                Ok(answer) if retry::is_passing(answer.status) && !is_busy(&answer) => {
                    faults = 0;
                    repeated |= answer.status >= 500 || answer.status == 408;
                    let asked = answer.retry_after();
                    (answer.error(), asked)
                }
                Ok(answer) => return Ok(Answer { repeated, ..answer }),
                Err(fault) if fault.kind() == Kind::Transport => {
                    faults += 1;
                    repeated = true;
                    if faults >= call.most_faults {
                        return Err(fault);
                    }
                    (fault, None)
                }
                Err(fault) => return Err(fault),
            };
            let pause = backoff.pause(asked);
            tracing::debug!(%fault, ?pause, "the request is repeated");
            until.sleep(pause).await.map_err(|end| end.after(&fault))?;
        }
    }

    /// One try. A change that was sent is not torn by an interruption: its answer tells whether
    /// something exists now.
    async fn answered(&self, call: &Call<'_>, until: &Deadline) -> Result<Answer, Error> {
        let once = self.once(call);
        if call.method == Method::Get {
            until.run(once).await
        } else {
            until.run_to_its_end(once).await
        }
    }

    async fn once(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let mut request = Request::new(call.url.clone(), call.method);
        request.insert_header("accept", "application/json");
        match call.condition {
            Condition::None => {}
            Condition::IfMatch(etag) => request.insert_header("if-match", etag.clone()),
            Condition::IfNoneMatch => request.insert_header("if-none-match", "*"),
        }
        if let Some(body) = call.body {
            request.insert_header("content-type", "application/json");
            request.set_body(body.to_string());
        }
        let started = Instant::now();
        let answered = self.exchange(&mut request).await;
        let (method, path) = (call.method, call.url.path());
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &answered {
            Ok(answer) => {
                let request_id = answer.header("x-ms-request-id").unwrap_or_default();
                tracing::debug!(%method, path, status = answer.status, ms, request_id, "ARM");
                // Bodies hold what the user configured, and no credentials: those are headers.
                if let Some(body) = call.body {
                    tracing::trace!(%method, path, %body, "sent");
                }
                let body = String::from_utf8_lossy(&answer.body);
                tracing::trace!(%method, path, %body, "answered");
            }
            Err(fault) => tracing::debug!(%method, path, ms, %fault, "ARM"),
        }
        let correlation = Some(&self.0.correlation_id).filter(|id| !id.is_empty());
        answered.map_err(|fault| match fault.correlation_id() {
            Some(_) => fault,
            None => fault.with_ids(None, correlation.cloned()),
        })
    }

    async fn exchange(&self, request: &mut Request) -> Result<Answer, Error> {
        let options = PipelineStreamOptions {
            skip_checks: true,
            ..Default::default()
        };
        let sent = self
            .0
            .pipeline
            .stream(&Context::default(), request, Some(options))
            .await;
        let response = sent.map_err(|fault| fault_of(&fault))?;
        let (status, headers, mut stream) = response.deconstruct();
        let mut body = BytesMut::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|fault| fault_of(&fault))?;
            if body.len() + chunk.len() > LARGEST_ANSWER {
                let limit = format!("The answer is larger than {LARGEST_ANSWER} bytes.");
                return Err(Error::new(Kind::Broken, limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: status.into(),
            headers,
            body: body.freeze(),
            repeated: false,
        })
    }
}

/// Whether a passing status tells of something else in the way: then the whole change is made
/// again, not the request.
fn is_busy(answer: &Answer) -> bool {
    retry::is_worth_reissuing(&answer.error())
}

fn fault_of(fault: &azure_core::Error) -> Error {
    match fault.kind() {
        ErrorKind::Credential => carried(fault)
            .unwrap_or_else(|| Error::of_source(Kind::SignIn, "There is no token", fault)),
        _ => {
            let error = Error::of_source(Kind::Transport, "The request was not answered", fault);
            // A certificate that is not trusted now will not be in a moment.
            let text = error.to_string();
            if text.contains("certificate") {
                error.with_kind(Kind::Denied)
            } else {
                error
            }
        }
    }
}

/// Says in each request who sends it.
#[derive(Debug)]
struct Identify(Options);

#[async_trait]
impl Policy for Identify {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        let Options {
            user_agent,
            correlation_id,
        } = &self.0;
        if !user_agent.is_empty() {
            request.insert_header("user-agent", user_agent.clone());
        }
        if !correlation_id.is_empty() {
            request.insert_header("x-ms-correlation-request-id", correlation_id.clone());
        }
        request.insert_header("x-ms-return-client-request-id", "true");
        match next {
            [first, rest @ ..] => first.send(context, request, rest).await,
            [] => Err(azure_core::Error::with_message(
                ErrorKind::Other,
                "there is no transport",
            )),
        }
    }
}
