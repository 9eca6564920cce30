//! Fake network: a token service, and an ARM that accepts valid tokens.

use async_trait::async_trait;
use azure::arm::{Arm, ArmOptions};
use azure::cloud::Cloud;
use azure::credential::{AuthMethod, CredentialSettings, HttpClients, Secret, SecretSource};
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Request};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Response: status, header, and body. Status 0 is a connection error, and 1 a connection that
/// hangs.
#[derive(Clone, Debug)]
pub(crate) struct Answer(pub u16, pub &'static str, pub &'static str, pub String);

impl Answer {
    pub(crate) fn of(status: u16, body: &str) -> Self {
        Self(status, "", "", body.to_owned())
    }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub url: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Returns a field of a form.
    pub(crate) fn field(&self, name: &str) -> String {
        let mut fields = url::form_urlencoded::parse(self.body.as_bytes());
        let found = fields.find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct State {
    seen: Vec<Seen>,
    /// Scripted responses of the token service instead of tokens, in order.
    trouble: Vec<Answer>,
    issued: usize,
    lifetime: u64,
    refused: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Network(Arc<Mutex<State>>);

impl Network {
    pub(crate) fn new() -> Self {
        let state = State { lifetime: 3599, ..State::default() };
        Self(Arc::new(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn trouble(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state().trouble.extend(answers);
    }

    /// Makes ARM refuse the tokens that were issued.
    pub(crate) fn refuse_issued(&self) {
        let mut state = self.state();
        state.refused = (1..=state.issued).map(|number| format!("token-{number}")).collect();
    }

    /// Returns the requests whose URL contains a text.
    pub(crate) fn seen(&self, part: &str) -> Vec<Seen> {
        let state = self.state();
        let fits = |seen: &&Seen| seen.url.contains(part);
        state.seen.iter().filter(fits).cloned().collect()
    }

    /// Returns the number of token requests.
    pub(crate) fn asked(&self) -> usize {
        self.seen("token").len()
    }

    pub(crate) fn clients(&self) -> HttpClients {
        HttpClients {
            remote: Arc::new(self.clone()),
            local: Arc::new(self.clone()),
            user_agent: "test/1".to_owned(),
        }
    }

    pub(crate) fn arm(&self, settings: &CredentialSettings) -> Result<Arm, Error> {
        let cloud = Cloud::custom("https://arm.local", "https://login.local", None).unwrap();
        let credential = settings.credential(&cloud, &self.clients())?;
        let options = ArmOptions { user_agent: "test/1".to_owned(), ..ArmOptions::default() };
        Arm::new(cloud, credential, self.clone(), options)
    }

    fn answer(&self, request: &Request) -> Answer {
        let mut state = self.state();
        let mut headers = HashMap::new();
        for (name, value) in request.headers().iter() {
            headers.insert(name.as_str().to_owned(), value.as_str().to_owned());
        }
        let body = match request.body() {
            Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Body::SeekableStream(_) => panic!("a stream"),
        };
        let url = request.url().to_string();
        let seen = Seen { url: url.clone(), headers, body };
        let bearer = seen.header("authorization").to_owned();
        state.seen.push(seen);
        if url.starts_with("https://arm.local/") {
            let refused = state.refused.iter().any(|token| bearer == format!("Bearer {token}"));
            return match refused {
                true => Answer::of(401, r#"{"error":{"code":"ExpiredAuthenticationToken"}}"#),
                false => Answer::of(200, r#"{"id":"it"}"#),
            };
        }
        if !state.trouble.is_empty() {
            return state.trouble.remove(0);
        }
        state.issued += 1;
        let (number, life) = (state.issued, state.lifetime);
        // All that any service answers with, at once.
        Answer::of(
            200,
            &format!(
                r#"{{"token_type":"Bearer","expires_in":{life},"ext_expires_in":{life},
                   "access_token":"token-{number}","value":"jwt-{number}",
                   "oidcToken":"jwt-{number}"}}"#
            ),
        )
    }
}

#[async_trait]
impl HttpClient for Network {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let Answer(status, name, value, body) = self.answer(request);
        // Lets others run, as a network does.
        tokio::task::yield_now().await;
        match status {
            0 => Err(azure_core::Error::with_message(ErrorKind::Io, "nobody is there")),
            1 => std::future::pending().await,
            _ => {
                let mut headers = Headers::new();
                if !name.is_empty() {
                    headers.insert(name, value);
                }
                Ok(AsyncRawResponse::from_bytes(status.into(), headers, body))
            }
        }
    }
}

/// A secret's settings.
pub(crate) fn by_secret() -> CredentialSettings {
    by(AuthMethod::ClientSecret {
        client_id: "client".to_owned(),
        secret: SecretSource::Value(Secret::new("hush")),
    })
}

pub(crate) fn by(method: AuthMethod) -> CredentialSettings {
    CredentialSettings {
        tenant: Some("tenant".to_owned()),
        auxiliary_tenants: Vec::new(),
        method,
        note: "The sign-in was tried by a test.".to_owned(),
    }
}

/// Asks ARM for something.
pub(crate) async fn get(arm: &Arm) -> Result<(), Error> {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
    let id = ResourceId::parse(id).unwrap();
    let until = Deadline::new(Duration::from_secs(600), CancellationToken::new());
    arm.get(&id, "2024-01-01", &until).await.map(|_| ())
}

/// Asks so many times at once.
pub(crate) async fn get_many(arm: &Arm, count: usize) -> Vec<Result<(), Error>> {
    futures::future::join_all((0..count).map(|_| get(arm))).await
}
