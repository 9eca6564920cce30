//! The page for people at `/_emulator`: the world as it stands, refreshed as it changes. Read-only.

mod markup;
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

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// How long a request for a newer page waits for a change.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers a browser; `None` to all others, who get JSON.
pub(crate) async fn serve(app: &App, request: &HttpRequest) -> Option<Response<Body>> {
    let browser = request.header("accept").is_some_and(|accept| accept.contains("text/html"));
    if request.method != "GET" || request.path != "/_emulator" || !browser {
        return None;
    }
    let mut changes = app.changes.subscribe();
    app.world().log.page_views += 1;
    let (mut body, mut mark) = render(app);
    // Who knows this page already waits until there is another, or until it is enough.
    if request.header("if-none-match") == Some(mark.as_str()) {
        let change = app.stop.run_until_cancelled(changes.changed());
        let _ = tokio::time::timeout(PATIENCE, change).await;
        (body, mark) = render(app);
    }
    let known = request.header("if-none-match") == Some(mark.as_str());
    let mut response = Response::new(if known { Body::empty() } else { Body::from(page(&body)) });
    if known {
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
    Some(response)
}

/// What changes of the page, and its etag.
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
                style { (PreEscaped(STYLE)) }
            }
            body { (PreEscaped(body)) script { (PreEscaped(SCRIPT)) } }
        }
    };
    page.into_string()
}

/// Nothing from elsewhere, and no script but the page's own.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; connect-src 'self'; script-src 'sha256-{}'; style-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}
