//! The page at `/_emulator` for a browser: the world in a picture and in tables, refreshed as it
//! changes. It is read-only.

mod markup;
mod picture;
mod read;
mod server;
mod view;

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, PreEscaped, html};

use crate::app::App;
use crate::guid::fixed_guid;
use crate::request::HttpRequest;

pub(crate) use server::PageServer;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The time that a request for a newer page waits for a change.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers a browser. Returns `None` to other clients, which get JSON.
pub(crate) async fn serve(app: &App, request: &HttpRequest) -> Option<Response<Body>> {
    let is_browser = request.header("accept").is_some_and(|accept| accept.contains("text/html"));
    if request.method != "GET" || request.path != "/_emulator" || !is_browser {
        return None;
    }
    Some(answer(app, request).await)
}

/// Answers with the page, or with 304 if the client has the newest one and no change comes in time.
async fn answer(app: &App, request: &HttpRequest) -> Response<Body> {
    let mut changes = app.changes.subscribe();
    app.world().log.page_views += 1;
    let (mut body, mut mark) = render(app);
    if request.header("if-none-match") == Some(mark.as_str()) {
        let change = app.stop.run_until_cancelled(changes.changed());
        let _ = tokio::time::timeout(PATIENCE, change).await;
        (body, mark) = render(app);
    }
    let is_known = request.header("if-none-match") == Some(mark.as_str());
    let text = if is_known { String::new() } else { page(&body) };
    let mut response = Response::new(Body::from(text));
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = [
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("cache-control", "no-cache".to_owned()),
        ("etag", mark),
        ("content-security-policy", policy()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Returns the part of the page that changes, and its etag.
fn render(app: &App) -> (String, String) {
    let mut world = app.world();
    world.settle();
    let body = view::world(&world);
    let mark = format!("\"{}\"", fixed_guid(&body));
    (body, mark)
}

fn page(body: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "azureai-emulator" }
                // Without an icon, a browser asks for one, which the policy forbids.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip id="skip" href="#content" { "Skip to the content" }
                p id="status" role="status" {}
                (PreEscaped(body))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// Returns the content security policy: the page's style and script, and nothing from elsewhere.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; connect-src 'self'; img-src data:; script-src 'sha256-{}'; \
         style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}
