//! From HTTP to a call and back, with the faults to order in between.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use futures::stream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ArmError;
use crate::fault::{self, FaultKind, Met};
use crate::log::Request;
use crate::tls::Wire;
use crate::world::World;
use crate::{arm, control, kinds, metadata, page, sign_in, token};

/// ARM takes bodies of up to 4 MB.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// Called after each request.
pub(crate) type Watcher = Box<dyn Fn(&Request) + Send + Sync>;

/// What every request needs.
pub(crate) struct App {
    world: Mutex<World>,
    pub(crate) stop: CancellationToken,
    pub(crate) watcher: Option<Watcher>,
    /// Counts what may have changed the world.
    pub(crate) changes: watch::Sender<u64>,
}

impl App {
    /// An app around a world.
    pub(crate) fn new(world: World, stop: CancellationToken, watcher: Option<Watcher>) -> Self {
        Self { world: Mutex::new(world), stop, watcher, changes: watch::Sender::new(0) }
    }

    /// The world, for a moment; never to be held while waiting.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who show or keep the world that it may have changed.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// Everything on one door: ARM, sign-in, metadata, control.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(handle).with_state(app)
}

async fn handle(
    State(app): State<Arc<App>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: axum::extract::Request,
) -> Response<Body> {
    let begun = Instant::now();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        let text = "The request is larger than 4 MB, or it ended early.";
        return plain(&ArmError::new(413, "RequestContentTooLarge", text).into(), false);
    };
    let query = parts.uri.query().unwrap_or_default();
    let mut call = Call::new(parts.method.as_str(), parts.uri.path(), query, parts.headers, body);
    if call.path == "/_emulator" || call.path.starts_with("/_emulator/") {
        if let Some(page) = page::serve(&app, &call).await {
            return page;
        }
        let answer = plain(&control::serve(&app, &call), false);
        if call.method != "GET" {
            app.changed();
        }
        return answer;
    }
    let met = app.world().faults.take(&call.method, &call.path);
    let answer = match intervene(&app, &call, &met) {
        Err(error) => Some(error.into()),
        Ok(()) => match misbehave(&app, &wire, &call, met.fault.as_ref()).await {
            Some(spoiled) => spoiled,
            None => {
                call.order = met.fault.clone();
                Some(dispatch(&app, &call))
            }
        },
    };
    let lost = answer.is_none() || met.fault == Some(FaultKind::ResetAfter);
    let answer = answer.unwrap_or_else(|| Answer::new(500, None));
    let correlation = correlation(&call);
    let status = if lost { 0 } else { answer.status };
    note(&app, &call, &answer, status, &correlation, begun, &met);
    if lost {
        wire.cut();
    }
    respond(&call, &answer, &correlation, met.fault.as_ref())
}

/// Does what others were ordered to do just before this request.
fn intervene(app: &App, call: &Call, met: &Met) -> Result<(), ArmError> {
    let mut others = met.meanwhile.iter();
    others.try_for_each(|kind| {
        let done = kind.intervene(&mut app.world(), &call.path);
        done.map_err(|text| ArmError::new(500, "FaultToOrder", text))
    })
}

/// Does what a fault does before the request is looked at. `Some` when it is not looked at.
async fn misbehave(
    app: &App,
    wire: &Wire,
    call: &Call,
    fault: Option<&FaultKind>,
) -> Option<Option<Answer>> {
    match fault? {
        FaultKind::Status { status, code, message, retry_after, as_date } => {
            let mut error = ArmError::new(*status, code, message.clone());
            if let Some(value) = retry_after {
                error = error.header("Retry-After", fault::retry_after(value, *as_date));
            }
            Some(Some(error.into()))
        }
        FaultKind::ResetBefore => {
            wire.cut();
            Some(None)
        }
        FaultKind::Hang => {
            app.stop.cancelled().await;
            Some(None)
        }
        FaultKind::Delay { milliseconds } => {
            let pause = tokio::time::sleep(Duration::from_millis(*milliseconds));
            let _ = app.stop.run_until_cancelled(pause).await;
            None
        }
        FaultKind::Html { status } => Some(Some(Answer::new(*status, None))),
        FaultKind::ExpiredToken if call.header("authorization").is_some() => {
            Some(Some(token::expired(&app.world()).into()))
        }
        _ => None,
    }
}

fn dispatch(app: &App, call: &Call) -> Answer {
    let mut world = app.world();
    if let Some(answer) = metadata::serve(&world, call).or_else(|| sign_in::serve(&world, call)) {
        return answer;
    }
    arm::serve(&mut world, call)
}

fn correlation(call: &Call) -> String {
    let sent = call.header("x-ms-correlation-request-id");
    sent.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn note(
    app: &App,
    call: &Call,
    answer: &Answer,
    status: u16,
    correlation: &str,
    begun: Instant,
    met: &Met,
) {
    let own = |name: &str| call.header(name).map(str::to_owned);
    let secret = call.path.to_ascii_lowercase().contains("/oauth2/");
    let body = if secret { None } else { serde_json::from_slice(&call.body).ok() };
    let code = answer.body.as_ref().and_then(|body| {
        let code = body["error"]["code"].as_str().or(body["error"].as_str());
        code.map(str::to_owned)
    });
    let request = Request {
        number: 0,
        method: call.method.clone(),
        path: call.path.clone(),
        query: call.query.clone(),
        api_version: call.param("api-version").map(str::to_owned),
        status,
        body,
        code,
        if_match: own("if-match"),
        if_none_match: own("if-none-match"),
        user_agent: own("user-agent"),
        correlation: correlation.to_owned(),
        milliseconds: begun.elapsed().as_secs_f64() * 1000.0,
        fault: met.words(),
    };
    let request = app.world().log.add(request);
    app.changed();
    if let Some(watcher) = &app.watcher {
        watcher(&request);
    }
}

fn respond(
    call: &Call,
    answer: &Answer,
    correlation: &str,
    fault: Option<&FaultKind>,
) -> Response<Body> {
    let mut response = match fault {
        Some(FaultKind::Html { .. }) => page(answer.status),
        Some(FaultKind::Truncate) => truncated(answer),
        Some(FaultKind::Garbage) => garbage(answer),
        _ => plain(answer, kinds::escapes_slashes(&call.path)),
    };
    let request = Uuid::new_v4().to_string();
    set(&mut response, "x-ms-request-id", &request);
    set(&mut response, "x-ms-correlation-request-id", correlation);
    let routing = format!("EMULATOR:{request}");
    set(&mut response, "x-ms-routing-request-id", &routing);
    if let Some(id) = call.header("x-ms-client-request-id") {
        set(&mut response, "x-ms-client-request-id", id);
    }
    if let Some(FaultKind::Header { name, value }) = fault {
        set(&mut response, name, value);
    }
    response
}

/// The answer as HTTP.
fn plain(answer: &Answer, escape: bool) -> Response<Body> {
    let text = text(answer, escape);
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status(answer.status);
    if answer.body.is_some() {
        set(&mut response, "content-type", "application/json; charset=utf-8");
    }
    for (name, value) in &answer.headers {
        set(&mut response, name, value);
    }
    set(&mut response, "cache-control", "no-cache");
    response
}

fn text(answer: &Answer, escape: bool) -> String {
    let text = answer.body.as_ref().map(ToString::to_string).unwrap_or_default();
    if escape { text.replace('/', "\\/") } else { text }
}

/// A body that promises more than it has: the connection ends in the middle of it.
fn truncated(answer: &Answer) -> Response<Body> {
    let text = text(answer, false);
    let half = Bytes::from(text.as_bytes()[..text.len() / 2].to_vec());
    let parts = [Ok(half), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    let mut response = Response::new(Body::from_stream(stream::iter(parts)));
    *response.status_mut() = status(answer.status);
    set(&mut response, "content-type", "application/json; charset=utf-8");
    set(&mut response, "content-length", &text.len().to_string());
    for (name, value) in &answer.headers {
        set(&mut response, name, value);
    }
    response
}

/// A body of the right kind by its header, which it is not.
fn garbage(answer: &Answer) -> Response<Body> {
    let mut response = plain(answer, false);
    *response.body_mut() = Body::from("{\"value\": [ this is no JSON");
    response
}

fn page(code: u16) -> Response<Body> {
    let reason = status(code).canonical_reason().unwrap_or("Error");
    let text = format!(
        "<html><head><title>{code} {reason}</title></head><body><center><h1>{code} {reason}</h1>\
         </center><hr><center>Microsoft-Azure-Application-Gateway/v2</center></body></html>"
    );
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status(code);
    set(&mut response, "content-type", "text/html");
    response
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set(response: &mut Response<Body>, name: &str, value: &str) {
    // What cannot stand in a header is left out; a client's own ID may be such a thing.
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        response.headers_mut().insert(name, value);
    }
}
