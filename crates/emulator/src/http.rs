//! Converts HTTP to requests and responses, and applies faults in between.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, future, stream};
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use crate::app::App;
use crate::arm_error::ArmError;
use crate::connection::ConnectionSwitch;
use crate::fault::{self, FaultKind, Injected};
use crate::log::Request;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::sign_in::{self, token};
use crate::{arm, control, metadata, origin, page, resource_types};

/// Largest body that ARM accepts: 4 MB.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// Number of bytes of a larger body that are read and discarded, so that the client reads the
/// answer.
const LARGEST_REFUSED: usize = 16 * LARGEST_BODY;

/// Largest body that the log keeps.
const LARGEST_LOGGED: usize = 1024 * 1024;

/// Largest body that is read without waiting for others.
const SMALL_BODY: usize = 64 * 1024;

/// Returns the router of all endpoints: ARM, sign-in, metadata, control API.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(handle).with_state(app)
}

async fn handle(
    State(app): State<Arc<App>>,
    ConnectInfo(switch): ConnectInfo<ConnectionSwitch>,
    incoming: axum::extract::Request,
) -> Response<Body> {
    let _answering = switch.answering();
    let begun = Instant::now();
    let (parts, body) = incoming.into_parts();
    let (body, _room) = match read(&app, &parts.headers, body).await {
        Ok(read) => read,
        Err(error) => return plain(&error.into(), false),
    };
    let query = parts.uri.query().unwrap_or_default();
    let mut request =
        HttpRequest::new(parts.method.as_str(), parts.uri.path(), query, parts.headers, body);
    let foreign = origin::check(&request, "https", &app.world().settings.hosts);
    if let Err(error) = foreign {
        return plain(&error.into(), false);
    }
    if request.path == "/_emulator" || request.path.starts_with("/_emulator/") {
        if let Some(page) = page::serve(&app, &request).await {
            return page;
        }
        let response = plain(&control::serve(&app, &request), false);
        if request.method != "GET" {
            app.changed();
        }
        return response;
    }
    let injected = app.world().faults.take(&request.method, &request.path);
    let response = match intervene(&app, &request, &injected) {
        Err(error) => Some(error.into()),
        Ok(()) => match inject(&app, &switch, &request, injected.fault.as_ref()).await {
            Some(spoiled) => spoiled,
            None => {
                request.order = injected.fault.clone();
                Some(dispatch(&app, &request))
            }
        },
    };
    let lost = response.is_none() || injected.fault == Some(FaultKind::ResetAfter);
    let response = response.unwrap_or_else(|| HttpResponse::new(500, None));
    let correlation = correlation(&request);
    let status = if lost { 0 } else { response.status };
    record(&app, &request, &response, status, &correlation, begun, &injected);
    if lost {
        switch.cut();
    }
    respond(&request, &response, &correlation, injected.fault.as_ref(), &switch)
}

/// Reads the body of a request, and reserves its share of the memory for bodies.
async fn read<'a>(
    app: &'a App,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Bytes, Option<SemaphorePermit<'a>>), ArmError> {
    let length = headers.get("content-length").and_then(|it| it.to_str().ok()?.parse().ok());
    let bare = !headers.contains_key("transfer-encoding");
    let small = length.map_or(bare, |length: usize| length <= SMALL_BODY);
    // Fails only if the semaphore is closed, which never happens.
    let room = if small { None } else { app.bodies.acquire().await.ok() };
    let reading = tokio::time::timeout(app.patience.request, read_whole(body));
    let read = reading.await.map_err(|_| {
        ArmError::new(408, "RequestTimeout", "The request's body did not arrive completely.")
    })?;
    read.map(|read| (read, room)).ok_or_else(|| {
        let text = "The request is larger than 4 MB, or it ended early.";
        ArmError::new(413, "RequestContentTooLarge", text)
    })
}

/// Reads a whole body, or returns `None` if it is too large or incomplete.
async fn read_whole(body: Body) -> Option<Bytes> {
    let (mut chunks, mut read, mut size) = (body.into_data_stream(), BytesMut::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        size += chunk.len();
        if size > LARGEST_REFUSED {
            return None;
        }
        if size <= LARGEST_BODY {
            read.extend_from_slice(&chunk);
        } else {
            read = BytesMut::new();
        }
    }
    (size <= LARGEST_BODY).then(|| read.freeze())
}

/// Makes the changes of other clients that faults ask for just before this request.
fn intervene(app: &App, request: &HttpRequest, injected: &Injected) -> Result<(), ArmError> {
    let mut others = injected.meanwhile.iter();
    others.try_for_each(|kind| {
        let done = control::intervene(kind, &mut app.world(), &request.path);
        done.map_err(|text| ArmError::new(500, "FaultToOrder", text))
    })
}

/// Applies a fault before the request runs. Returns `Some` if the request does not run.
async fn inject(
    app: &App,
    switch: &ConnectionSwitch,
    request: &HttpRequest,
    fault: Option<&FaultKind>,
) -> Option<Option<HttpResponse>> {
    match fault? {
        FaultKind::Status { status, code, message, retry_after, as_date } => {
            let mut error = ArmError::new(*status, code, message.clone());
            if let Some(value) = retry_after {
                error = error.header("Retry-After", fault::retry_after(value, *as_date));
            }
            Some(Some(error.into()))
        }
        FaultKind::ResetBefore => {
            switch.cut();
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
        FaultKind::Html { status } => Some(Some(HttpResponse::new(*status, None))),
        FaultKind::ExpiredToken if request.header("authorization").is_some() => {
            Some(Some(token::expired(&app.world()).into()))
        }
        _ => None,
    }
}

fn dispatch(app: &App, request: &HttpRequest) -> HttpResponse {
    let mut world = app.world();
    if let Some(response) =
        metadata::serve(&world, request).or_else(|| sign_in::serve(&world, request))
    {
        return response;
    }
    arm::serve(&mut world, request)
}

fn correlation(request: &HttpRequest) -> String {
    let sent = request.header("x-ms-correlation-request-id");
    sent.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn record(
    app: &App,
    request: &HttpRequest,
    response: &HttpResponse,
    status: u16,
    correlation: &str,
    begun: Instant,
    injected: &Injected,
) {
    let own = |name: &str| request.header(name).map(str::to_owned);
    let secret = request.path.to_ascii_lowercase().contains("/oauth2/");
    let kept = !secret && request.body.len() <= LARGEST_LOGGED;
    let body = if kept { serde_json::from_slice(&request.body).ok() } else { None };
    let code = response.body.as_ref().and_then(|body| {
        let code = body["error"]["code"].as_str().or(body["error"].as_str());
        let code = code.or(body["code"].as_str().filter(|_| response.status >= 400));
        code.map(str::to_owned)
    });
    let entry = Request {
        number: 0,
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.query.clone(),
        api_version: request.param("api-version").map(str::to_owned),
        status,
        body,
        code,
        if_match: own("if-match"),
        if_none_match: own("if-none-match"),
        user_agent: own("user-agent"),
        correlation: correlation.to_owned(),
        milliseconds: begun.elapsed().as_secs_f64() * 1000.0,
        fault: injected.describe(),
    };
    let entry = app.world().log.add(entry, request.body.len());
    app.changed();
    if let Some(watcher) = &app.watcher {
        watcher(&entry);
    }
}

fn respond(
    request: &HttpRequest,
    response: &HttpResponse,
    correlation: &str,
    fault: Option<&FaultKind>,
    switch: &ConnectionSwitch,
) -> Response<Body> {
    let mut reply = match fault {
        Some(FaultKind::Html { .. }) => page(response.status),
        Some(FaultKind::Truncate) => truncated(response, switch.clone()),
        Some(FaultKind::Garbage) => garbage(response),
        _ => plain(response, resource_types::escapes_slashes(&request.path)),
    };
    let id = Uuid::new_v4().to_string();
    set(&mut reply, "x-ms-request-id", &id);
    set(&mut reply, "x-ms-correlation-request-id", correlation);
    let routing = format!("EMULATOR:{id}");
    set(&mut reply, "x-ms-routing-request-id", &routing);
    if let Some(id) = request.header("x-ms-client-request-id") {
        set(&mut reply, "x-ms-client-request-id", id);
    }
    if let Some(FaultKind::Header { name, value }) = fault {
        set(&mut reply, name, value);
    }
    reply
}

/// Converts a response to axum's.
fn plain(response: &HttpResponse, escape: bool) -> Response<Body> {
    let text = text(response, escape);
    let mut reply = Response::new(Body::from(text));
    *reply.status_mut() = status(response.status);
    if response.body.is_some() {
        set(&mut reply, "content-type", "application/json; charset=utf-8");
    }
    for (name, value) in &response.headers {
        set(&mut reply, name, value);
    }
    set(&mut reply, "cache-control", "no-cache");
    reply
}

fn text(response: &HttpResponse, escape: bool) -> String {
    let text = response.body.as_ref().map(ToString::to_string).unwrap_or_default();
    if escape { text.replace('/', "\\/") } else { text }
}

/// Returns a body with a larger length than it has. The connection ends after half of it.
fn truncated(response: &HttpResponse, switch: ConnectionSwitch) -> Response<Body> {
    let text = text(response, false);
    let half = Bytes::from(text.as_bytes()[..text.len() / 2].to_vec());
    let end = async move {
        switch.flushed().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    };
    let parts = stream::once(future::ready(Ok(half))).chain(stream::once(end));
    let mut reply = Response::new(Body::from_stream(parts));
    *reply.status_mut() = status(response.status);
    set(&mut reply, "content-type", "application/json; charset=utf-8");
    set(&mut reply, "content-length", &text.len().to_string());
    for (name, value) in &response.headers {
        set(&mut reply, name, value);
    }
    reply
}

/// Returns a body that does not have the format of its content type.
fn garbage(response: &HttpResponse) -> Response<Body> {
    let mut reply = plain(response, false);
    *reply.body_mut() = Body::from("{\"value\": [ this is not JSON");
    reply
}

fn page(code: u16) -> Response<Body> {
    let reason = status(code).canonical_reason().unwrap_or("Error");
    let text = format!(
        "<html><head><title>{code} {reason}</title></head><body><center><h1>{code} {reason}</h1>\
         </center><hr><center>Microsoft-Azure-Application-Gateway/v2</center></body></html>"
    );
    let mut reply = Response::new(Body::from(text));
    *reply.status_mut() = status(code);
    set(&mut reply, "content-type", "text/html");
    reply
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set(reply: &mut Response<Body>, name: &str, value: &str) {
    // Skips an invalid header, which the client's request ID may be.
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        reply.headers_mut().insert(name, value);
    }
}
