//! Services of platforms for their jobs and apps: the OIDC issuers of GitHub and Azure DevOps, and
//! the identity of App Service. Also the token service of another tenant. The services use HTTPS
//! with their own certificate.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use super::secret_file;
use crate::world::World;

/// Token by which the platform authenticates a job.
pub const REQUEST_TOKEN: &str = "request-token-hush";

/// Tenant that the emulator does not know.
pub const OTHER_TENANT: &str = "00000000-1111-2222-3333-444444444444";

/// The services for one world.
pub struct Platform {
    base: String,
    seen: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

/// Responses of the services.
#[derive(Clone)]
struct Answers {
    assertion: String,
    token: String,
}

impl Platform {
    /// Starts the services, and makes the world trust their certificate and the emulator's.
    pub fn start(world: &mut World) -> Self {
        let runtime = Runtime::new().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let emulators = std::fs::read_to_string(world.cloud.variable("SSL_CERT_FILE")).unwrap();
        let both = format!("{emulators}\n{}", made.cert.pem());
        let bundle = secret_file(world, "both.pem", &both);
        world.set("SSL_CERT_FILE", &bundle);
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let answers = Answers { assertion: world.cloud.assertion(), token: world.cloud.token() };
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        runtime.spawn(serve(listener, acceptor, answers, seen.clone()));
        Self { base: format!("https://localhost:{port}"), seen, _runtime: runtime }
    }

    /// Returns the URL of a path of the services.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Returns the first lines of the requests.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    answers: Answers,
    seen: Arc<Mutex<Vec<String>>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, answers, seen) = (acceptor.clone(), answers.clone(), seen.clone());
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut stream = BufReader::new(stream);
            let mut lines = Vec::new();
            loop {
                let mut line = String::new();
                let read = stream.read_line(&mut line).await.unwrap_or_default();
                if read == 0 || line.trim().is_empty() {
                    break;
                }
                lines.push(line.trim().to_owned());
            }
            let length = lines.iter().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let own = name.eq_ignore_ascii_case("content-length");
                value.trim().parse().ok().filter(|_| own)
            });
            let mut sent = vec![0; length.unwrap_or_default()];
            let _ = stream.read_exact(&mut sent).await;
            let (status, body) = answers.to(&lines);
            seen.lock().unwrap().extend(lines.into_iter().next());
            let length = body.len();
            let text = format!(
                "HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.get_mut().shutdown().await;
        });
    }
}

impl Answers {
    fn to(&self, lines: &[String]) -> (u16, String) {
        let first = lines.first().map(String::as_str).unwrap_or_default();
        let has = |line: &str| lines.iter().any(|own| own.eq_ignore_ascii_case(line));
        let known = has(&format!("authorization: Bearer {REQUEST_TOKEN}"));
        let audience = first.contains("audience=api%3A%2F%2FAzureADTokenExchange");
        let assertion = &self.assertion;
        match first {
            _ if first.starts_with("GET /github?job=7&") && known && audience => {
                (200, format!(r#"{{"count":1,"value":"{assertion}"}}"#))
            }
            _ if first.starts_with("POST /devops?api-version=7.1&serviceConnectionId=sc&")
                && known =>
            {
                (200, format!(r#"{{"oidcToken":"{assertion}"}}"#))
            }
            _ if first.starts_with("GET /app?") && has("x-identity-header: header-hush") => {
                let token = &self.token;
                let body = format!(
                    r#"{{"access_token":"{token}","expires_on":"4070908800",
                       "resource":"r","token_type":"Bearer","client_id":"c"}}"#
                );
                (200, body)
            }
            _ if first.starts_with("GET /late-app?") => {
                // The clock of this service is five minutes behind, so its tokens seem to have
                // expired.
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                let (token, end) = (&self.token, now.as_secs() - 300);
                (200, format!(r#"{{"access_token":"{token}","expires_on":"{end}"}}"#))
            }
            _ if first.starts_with(&format!("POST /{OTHER_TENANT}/oauth2/v2.0/token ")) => {
                let token = &self.token;
                let body = format!(
                    r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,
                       "access_token":"{token}"}}"#
                );
                (200, body)
            }
            _ => (401, r#"{"message":"Who are you?"}"#.to_owned()),
        }
    }
}
