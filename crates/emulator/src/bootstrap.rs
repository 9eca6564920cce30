//! The authority's certificate and the environment variables, over http, for a client on another
//! machine that does not trust the authority yet. Serves no API and changes nothing.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::environment;
use crate::origin;
use crate::request::HttpRequest;

const TEXT: &str = "text/plain; charset=utf-8";

const HELP: &str = "\
This address serves what a client of azureai-emulator needs:

GET /ca.pem             the certificate of the authority
GET /environment        the variables, as NAME=VALUE
GET /environment.sh     the variables, as export NAME='VALUE'
GET /environment.json   the variables, as a JSON object

Add ?ca=PATH with the path of the certificate on the client, or SSL_CERT_FILE and
REQUESTS_CA_BUNDLE are missing.
";

/// A listener for clients that do not trust the authority yet.
pub(crate) struct BootstrapServer {
    listener: TcpListener,
    address: SocketAddr,
}

#[derive(Clone)]
struct Shared {
    app: Arc<App>,
    authority: Arc<str>,
}

impl BootstrapServer {
    /// Listens on an address. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Returns an error if the address is no address of this machine, or if it is in use.
    pub(crate) async fn bind(address: &str) -> io::Result<Self> {
        let failed = |error: io::Error| {
            let text = format!(
                "The certificate cannot be served at {address}: {error}. Give --bootstrap a free \
                 address such as 127.0.0.1:8080, or port 0."
            );
            io::Error::new(error.kind(), text)
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Returns the URL for clients that reach the emulator by `host`, which is `NAME:PORT`.
    pub(crate) fn url(&self, host: &str) -> String {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        format!("http://{name}:{}", self.address.port())
    }

    /// Serves until the emulator stops.
    pub(crate) fn serve(self, app: Arc<App>, authority: &str) -> JoinHandle<io::Result<()>> {
        let stopped = app.stop.clone().cancelled_owned();
        let shared = Shared { app, authority: authority.into() };
        let router = Router::new().fallback(handle).with_state(shared);
        let server = axum::serve(self.listener, router).with_graceful_shutdown(stopped);
        tokio::spawn(async move { server.await })
    }
}

async fn handle(State(shared): State<Shared>, incoming: Request) -> Response<Body> {
    let (parts, _) = incoming.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let request = HttpRequest::new(method, path, query, parts.headers, Bytes::new());
    let world = shared.app.world();
    if let Err(error) = origin::check(&request, "http", &world.settings.hosts) {
        return answer(StatusCode::FORBIDDEN, TEXT, format!("{}\n", error.message));
    }
    if request.method != "GET" {
        let text = "This address is read-only.\n".to_owned();
        let mut refusal = answer(StatusCode::METHOD_NOT_ALLOWED, TEXT, text);
        refusal.headers_mut().insert("allow", HeaderValue::from_static("GET"));
        return refusal;
    }
    let ca = request.param("ca").filter(|ca| !ca.is_empty());
    if ca.is_some_and(|ca| ca.chars().any(char::is_control)) {
        let text = "ca has a control character, which no line of a variable can have.\n";
        return answer(StatusCode::BAD_REQUEST, TEXT, text.to_owned());
    }
    let variables = environment::variables(&world.settings, ca);
    let (kind, text) = match &*request.path {
        "/" => (TEXT, HELP.to_owned()),
        "/ca.pem" => ("application/x-pem-file", shared.authority.to_string()),
        "/environment" => (TEXT, environment::lines(&variables)),
        "/environment.sh" => (TEXT, environment::exports(&variables)),
        "/environment.json" => {
            let pairs = variables.iter().map(|one| (one.name.to_owned(), json!(one.value)));
            let object = Value::Object(pairs.collect::<Map<_, _>>());
            ("application/json", format!("{object:#}\n"))
        }
        other => {
            let text = format!("{other} does not exist. {HELP}");
            return answer(StatusCode::NOT_FOUND, TEXT, text);
        }
    };
    answer(StatusCode::OK, kind, text)
}

fn answer(status: StatusCode, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(kind));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
