//! The page alone, over http on a loopback address, for a browser that does not trust the
//! emulator's certificate authority. It serves no API and changes nothing.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use tokio::net::{TcpListener, lookup_host};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::origin;
use crate::request::HttpRequest;

/// A listener for the page.
pub(crate) struct PageServer {
    listener: TcpListener,
    /// `http://ADDRESS:PORT/`.
    pub(crate) url: String,
}

impl PageServer {
    /// Listens on an address. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is not a loopback address, or if it is in use.
    pub(crate) async fn bind(address: &str) -> io::Result<Self> {
        let failed = |error: io::Error| {
            let text = format!(
                "The page cannot be served at {address}: {error}. Give a free address such as \
                 127.0.0.1:8080, or port 0."
            );
            io::Error::new(error.kind(), text)
        };
        let found: Vec<SocketAddr> = lookup_host(address).await.map_err(failed)?.collect();
        // The page needs no sign-in, so no other machine may reach it.
        if !found.iter().all(|address| address.ip().is_loopback()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "The page cannot be served at {address}, which is not a loopback address. The \
                     page needs no sign-in. Use 127.0.0.1:PORT or [::1]:PORT."
                ),
            ));
        }
        let listener = TcpListener::bind(&*found).await.map_err(failed)?;
        let url = format!("http://{}/", listener.local_addr()?);
        Ok(Self { listener, url })
    }

    /// Serves until the emulator stops.
    pub(crate) fn serve(self, app: Arc<App>) -> JoinHandle<io::Result<()>> {
        let stopped = app.stop.clone().cancelled_owned();
        let router = Router::new().fallback(handle).with_state(app);
        let server = axum::serve(self.listener, router).with_graceful_shutdown(stopped);
        tokio::spawn(async move { server.await })
    }
}

async fn handle(State(app): State<Arc<App>>, incoming: Request) -> Response<Body> {
    let (parts, _) = incoming.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let request = HttpRequest::new(method, path, query, parts.headers, Bytes::new());
    if let Err(error) = origin::check(&request, "http", &[]) {
        return refusal(StatusCode::FORBIDDEN, &error.message);
    }
    match (&*request.path, &*request.method) {
        ("/" | "/_emulator", "GET") => super::answer(&app, &request).await,
        ("/" | "/_emulator", _) => {
            let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "The page is read-only.");
            response.headers_mut().insert("allow", HeaderValue::from_static("GET"));
            response
        }
        _ => refusal(StatusCode::NOT_FOUND, "This address serves the page only, at /."),
    }
}

fn refusal(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{text}\n")));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert("content-type", kind);
    response
}
