//! Scripted ARM: expects requests in a given order and sends the scripted responses.

use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Request};
use serde_json::{Value as Json, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::world::{World, arm_with};

/// URL of ARM.
pub(crate) const ARM: &str = "https://arm.local";

/// Resource of all tests. Scripts call it `pe`.
pub(crate) const PE: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg\
                             /providers/Microsoft.Network/privateEndpoints/pe";

/// Handling of a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Answer,
    /// The connection is not made.
    Unreached,
    /// The connection ends without an answer.
    Dropped,
    /// The connection ends in the middle of the body.
    Torn,
    /// No answer comes, ever.
    Hangs,
}

/// Response and its side effects.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<Vec<u8>>,
    act: Act,
    interrupts: bool,
    after: Duration,
    forever: bool,
}

impl Answer {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Cancels the run while this request is being sent.
    pub(crate) fn interrupting(mut self) -> Self {
        self.interrupts = true;
        self
    }

    /// Delays the response by this number of seconds.
    pub(crate) fn slowly(mut self, seconds: u64) -> Self {
        self.after = Duration::from_secs(seconds);
        self
    }

    /// Repeats the response until the next request of the script arrives.
    pub(crate) fn forever(mut self) -> Self {
        self.forever = true;
        self
    }

    pub(crate) fn torn(mut self) -> Self {
        self.act = Act::Torn;
        self
    }

    /// Splits the body into pieces of this size.
    pub(crate) fn times(mut self, pieces: usize) -> Self {
        self.body = vec![self.body.concat(); pieces];
        self
    }
}

/// An answer with a text for a body.
pub(crate) fn text(status: u16, body: &str) -> Answer {
    Answer {
        status,
        headers: vec![("x-ms-request-id", format!("request-{status}"))],
        body: vec![body.as_bytes().to_vec()],
        act: Act::Answer,
        interrupts: false,
        after: Duration::ZERO,
        forever: false,
    }
}

/// An answer with JSON.
#[allow(clippy::needless_pass_by_value, reason = "scripts read better")]
pub(crate) fn says(status: u16, body: Json) -> Answer {
    text(status, &body.to_string())
}

/// An answer without a body.
pub(crate) fn empty(status: u16) -> Answer {
    text(status, "")
}

/// A refusal of ARM's.
pub(crate) fn refuses(status: u16, code: &str) -> Answer {
    let message = format!("It is {code}, says Azure.");
    says(status, json!({"error": {"code": code, "message": message}}))
}

/// No answer.
pub(crate) fn fails(act: Act) -> Answer {
    Answer { act, ..empty(0) }
}

/// The resource in a state.
pub(crate) fn resource(state: &str) -> Json {
    json!({
        "id": PE,
        "location": "eastus",
        "etag": "e",
        "properties": {"provisioningState": state, "subnet": {"id": "/S"}},
    })
}

/// One that somebody else made: it is not what the stories write.
pub(crate) fn foreign() -> Json {
    let mut live = resource("Succeeded");
    live["properties"]["subnet"]["id"] = json!("/other");
    live
}

/// Returns a resource to change, with an etag.
pub(crate) fn old(etag: &str) -> Json {
    let mut live = resource("Succeeded");
    live["properties"]["subnet"]["id"] = json!("/old");
    live["etag"] = json!(etag);
    live
}

/// There is no such thing.
pub(crate) fn absent() -> (&'static str, Answer) {
    ("GET pe", refuses(404, "ResourceNotFound"))
}

/// A look at the resource shows this.
pub(crate) fn found(live: Json) -> (&'static str, Answer) {
    ("GET pe", says(200, live))
}

/// Returns the body that the tests write.
pub(crate) fn body() -> Json {
    json!({"location": "eastus", "properties": {"subnet": {"id": "/s"}}})
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub url: String,
    pub headers: HashMap<String, String>,
    pub body: String,
    /// How long after the beginning.
    pub at: Duration,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Script {
    steps: VecDeque<(String, Answer)>,
    seen: Vec<Seen>,
}

/// The script as an HTTP client.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    script: Arc<Mutex<Script>>,
    pub(crate) cancel: CancellationToken,
    pub(crate) begun: Instant,
}

impl Stage {
    pub(crate) fn new<'a>(steps: impl IntoIterator<Item = (&'a str, Answer)>) -> Self {
        let steps = steps.into_iter().map(|(request, answer)| (request.to_owned(), answer));
        Self {
            script: Arc::new(Mutex::new(Script { steps: steps.collect(), seen: Vec::new() })),
            cancel: CancellationToken::new(),
            begun: Instant::now(),
        }
    }

    /// The requests that came; it is a fault when the script is not at its end.
    pub(crate) fn ends(&self) -> Vec<Seen> {
        let script = self.script.lock().unwrap();
        let open = script.steps.iter().filter(|(_, answer)| !answer.forever);
        let open: Vec<_> = open.map(|(request, _)| request).collect();
        assert!(open.is_empty(), "these requests never came: {open:?}");
        script.seen.clone()
    }

    /// Who can tell whether anybody holds on to it.
    pub(crate) fn watch(&self) -> Weak<Mutex<Script>> {
        Arc::downgrade(&self.script)
    }

    fn play(&self, request: &Request) -> Answer {
        let url = request.url().as_str();
        let path = url.strip_prefix(ARM).unwrap_or(url);
        let place = if path == format!("{PE}?api-version=1") { "pe" } else { path };
        let came = format!("{} {place}", request.method());
        let Body::Bytes(body) = request.body() else { panic!("a stream") };
        let mut headers = HashMap::new();
        for (name, value) in request.headers().iter() {
            headers.insert(name.as_str().to_owned(), value.as_str().to_owned());
        }
        let mut script = self.script.lock().unwrap();
        let number = script.seen.len() + 1;
        script.seen.push(Seen {
            url: url.to_owned(),
            headers,
            body: String::from_utf8_lossy(body).into_owned(),
            at: self.begun.elapsed(),
        });
        // What is answered for ever ends when the next request of the script comes.
        while script.steps.len() > 1
            && script.steps.front().is_some_and(|(step, it)| it.forever && *step != came)
        {
            script.steps.pop_front();
        }
        let Some((expected, answer)) = script.steps.pop_front() else {
            drop(script);
            panic!("request {number} is {came}, but none was expected any more");
        };
        if answer.forever {
            script.steps.push_front((expected.clone(), answer.clone()));
        }
        drop(script);
        assert_eq!(came, expected, "request {number}");
        answer
    }
}

#[async_trait]
impl HttpClient for Stage {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let answer = self.play(request);
        if answer.interrupts {
            self.cancel.cancel();
        }
        tokio::time::sleep(answer.after).await;
        let fault = |kind, text: String| azure_core::Error::with_message(kind, text);
        let mut pieces: Vec<_> = answer.body.into_iter().map(|it| Ok(it.into())).collect();
        match answer.act {
            Act::Unreached => {
                return Err(fault(ErrorKind::Connection, "nobody is there".to_owned()));
            }
            Act::Dropped => {
                return Err(fault(ErrorKind::Io, format!("the line to {} is dead", request.url())));
            }
            Act::Hangs => std::future::pending().await,
            Act::Torn => pieces.push(Err(fault(ErrorKind::Io, "the body was cut off".to_owned()))),
            Act::Answer => {}
        }
        let mut headers = Headers::new();
        for (name, value) in answer.headers {
            headers.insert(name, value);
        }
        let body = Box::pin(futures::stream::iter(pieces));
        Ok(AsyncRawResponse::new(answer.status.into(), headers, body))
    }
}
