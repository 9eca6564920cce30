//! ARM as its users see it: resources and lists of them.
//!
//! Each goes through azure_core's pipeline, with its retries switched off: they end after a minute
//! whatever the caller allows, know no interruption, and cannot renew a token that ARM refuses.

use crate::along::Lists;
use crate::budget::Budget;
use crate::cloud::Cloud;
use crate::credential::{Authorize, Claims, Renewable};
use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::id::{ResourceId, is_safe};
use crate::propagation::Propagation;
use crate::send::Call;
use crate::trust;
use crate::turns::Turns;
use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{
    ClientOptions, Context, HttpClient, Pipeline, Request, RetryOptions, Transport,
};
use serde_json::Value as Json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

pub use reqwest::Client;

/// What the requests of a client say of it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The ID that all requests of this client share; empty to send none.
    pub correlation_id: String,
    /// How long a change that is denied for want of a role is made again, counted from the first
    /// that was denied: a role that was just assigned takes some time to work.
    pub patience: Duration,
    /// How many requests are under way at most at the same time.
    pub most_requests: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user_agent: String::new(),
            correlation_id: uuid::Uuid::new_v4().to_string(),
            patience: Duration::ZERO,
            most_requests: 16,
        }
    }
}

/// The HTTP client for ARM and token services: https only, no redirects, proxies by HTTPS_PROXY
/// and NO_PROXY, authorities of the system and of SSL_CERT_FILE.
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
        .tls_certs_merge(trust::more())
        .build()
        .map_err(|fault| Error::of_source(Kind::Transport, "There is no HTTP client", &fault))
}

/// ARM of one cloud, for one identity.
#[derive(Clone)]
pub struct Arm(Arc<Inner>);

struct Inner {
    cloud: Cloud,
    identity: Arc<Renewable>,
    pipeline: Pipeline,
    correlation_id: String,
    propagation: Propagation,
    lists: Lists,
    budget: Budget,
    turns: Turns,
}

/// A precondition of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
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
        for (what, text) in
            [("user agent", &options.user_agent), ("correlation ID", &options.correlation_id)]
        {
            if text.chars().any(|c| !(' '..='~').contains(&c)) {
                let text = format!("The {what} has characters beyond ASCII.");
                return Err(Error::new(Kind::Invalid, text));
            }
        }
        let correlation_id = options.correlation_id.clone();
        let propagation = Propagation::new(options.patience);
        let slots = Slots(Semaphore::new(options.most_requests.max(1)));
        let bearer = Authorize::new(credential.clone(), &cloud);
        let client_options = ClientOptions {
            retry: RetryOptions::none(),
            transport: Some(Transport::new(Arc::new(client))),
            ..ClientOptions::default()
        };
        let policies: Vec<Arc<dyn Policy>> =
            vec![Arc::new(Identify(options)), Arc::new(bearer), Arc::new(slots)];
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
            identity: credential,
            propagation,
            lists: Lists::default(),
            budget: Budget::default(),
            turns: Turns::default(),
        })))
    }

    /// The cloud.
    pub fn cloud(&self) -> &Cloud {
        &self.0.cloud
    }

    /// Who is signed in.
    ///
    /// # Errors
    ///
    /// [`Kind::SignIn`] when nobody is, and nobody can be.
    pub async fn claims(&self) -> Result<Claims, Error> {
        let token = self.0.identity.token(&self.0.cloud.scope()).await?;
        Ok(Claims::of(&token))
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
        let url = self.url(id.as_str(), api)?;
        let answer = self.send(&Call::get(url), until).await?;
        if !answer.is_success() {
            let error = answer.error();
            return if error.is_absent() { Ok(None) } else { Err(error) };
        }
        let body = answer.json()?;
        if !body.is_object() {
            let text = format!("The answer about {id} is no resource.");
            return Err(answer.identified(Error::new(Kind::Broken, text)));
        }
        Ok(Some(Reply { body }))
    }

    /// The address of a resource.
    pub(crate) fn url(&self, path: &str, api: &str) -> Result<Url, Error> {
        if let Some(bad) = path.split('/').skip(1).find(|segment| !is_safe(segment)) {
            let text = format!("{bad:?} cannot be part of a resource ID.");
            return Err(Error::new(Kind::Invalid, text));
        }
        let base = self.0.cloud.resource_manager().as_str().trim_end_matches('/');
        let url = format!("{base}{path}?api-version={api}");
        Url::parse(&url).map_err(|fault| {
            Error::new(Kind::Invalid, format!("{path:?} cannot be part of an address: {fault}."))
        })
    }

    /// An address that ARM gave, if it is ARM's own: the token goes nowhere else.
    ///
    /// It is sent as it was given, signature and all. Only what may not stand in an address is
    /// escaped (and `'` in a query), and `.` and `..` segments are resolved.
    pub(crate) fn own(&self, address: &str) -> Result<Url, Error> {
        let refuse = |why: &str| {
            let start: String = address.chars().take(200).collect();
            Error::new(Kind::Broken, format!("Azure led to {start:?}, which {why}."))
        };
        let url = Url::parse(address).map_err(|fault| refuse(&format!("is none: {fault}")))?;
        if url.origin() != self.0.cloud.resource_manager().origin() {
            return Err(refuse("is not Azure Resource Manager's: the token is not sent there"));
        }
        // They would be sent as a second authorization.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("has a name or a password in it"));
        }
        Ok(url)
    }

    /// The object ID of the identity that is signed in; `None` where its token does not say, or
    /// says what is none: it is printed in commands.
    pub async fn object_id(&self, until: &Deadline) -> Option<String> {
        let id = until.run(self.claims()).await.ok()?.object_id?;
        id.chars().all(|c| c.is_ascii_hexdigit() || c == '-').then_some(id)
    }

    /// Whether a read of what was made a moment ago is denied only because the role that allows it
    /// does not work yet.
    pub fn is_denied_for_now(&self, error: &Error) -> bool {
        self.propagation().passes(error)
    }

    /// What is known of roles that do not work yet.
    pub(crate) fn propagation(&self) -> &Propagation {
        &self.0.propagation
    }

    /// Whose turn it is, of changes that were in each other's way.
    pub(crate) fn turns(&self) -> &Turns {
        &self.0.turns
    }

    /// How many requests are left.
    pub(crate) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    /// What is listed to be read from.
    pub(crate) fn lists(&self) -> &Lists {
        &self.0.lists
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.0.pipeline
    }

    /// The ID that all requests share, if they do.
    pub(crate) fn correlation_id(&self) -> Option<String> {
        Some(&self.0.correlation_id).filter(|id| !id.is_empty()).cloned()
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
        let Options { user_agent, correlation_id, .. } = &self.0;
        if !user_agent.is_empty() {
            request.insert_header("user-agent", user_agent.clone());
        }
        if !correlation_id.is_empty() {
            request.insert_header("x-ms-correlation-request-id", correlation_id.clone());
        }
        request.insert_header("x-ms-return-client-request-id", "true");
        match next {
            [first, rest @ ..] => first.send(context, request, rest).await,
            [] => Err(azure_core::Error::with_message(ErrorKind::Other, "there is no transport")),
        }
    }
}

/// Lets so many requests at most be under way at the same time. Signing in comes before.
#[derive(Debug)]
struct Slots(Semaphore);

#[async_trait]
impl Policy for Slots {
    async fn send(
        &self,
        context: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        // It is never closed.
        let _slot = self.0.acquire().await;
        match next {
            [first, rest @ ..] => first.send(context, request, rest).await,
            [] => Err(azure_core::Error::with_message(ErrorKind::Other, "there is no transport")),
        }
    }
}
