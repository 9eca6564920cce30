//! The real HTTP client against servers of this machine.

use crate::script::{PE, arm_with, body, resource};
use async_trait::async_trait;
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::{Error, ErrorKind};
use azure::http_client::Client;
use azure::id::ResourceId;
use azure::write::{Creation, PreviousRun};
use azure_core::http::{AsyncRawResponse, HttpClient, Request};
use rcgen::CertifiedKey;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_util::sync::CancellationToken;

/// Returns the real client on a running clock.
#[derive(Debug)]
struct Real(Client, Arc<AtomicUsize>);

#[async_trait]
impl HttpClient for Real {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        self.1.fetch_add(1, Ordering::Relaxed);
        tokio::time::resume();
        let answer = self.0.execute_request(request).await;
        tokio::time::pause();
        answer
    }
}

fn until() -> Deadline {
    Deadline::new(Duration::from_secs(600), CancellationToken::new())
}

async fn get(arm: &Arm) -> Error {
    let id = ResourceId::parse(PE).unwrap();
    arm.get(&id, "1", &until()).await.unwrap_err()
}

fn says(error: &Error, words: &[&str]) {
    let text = error.to_string();
    for words in words {
        assert!(text.contains(words), "{text} lacks {words}");
    }
    for noise in ["reqwest", "hyper", "Custom", "Os {", "{ ", "api-version", PE] {
        assert!(!text.contains(noise), "{text} has {noise}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_address_is_a_clear_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    let tries = Arc::new(AtomicUsize::new(0));
    let (arm, _) = arm_with(&place, Real(azure::http_client::client().unwrap(), tries.clone()));
    let begun = Instant::now();
    let error = get(&arm).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    let place = format!("{place} cannot be reached");
    says(&error, &[&place, "refused", "failed 6 times"]);
    assert_eq!(tries.load(Ordering::Relaxed), 6);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

/// Starts a TLS server whose responses are a function of the request.
async fn serve(answer: fn(&str) -> String) -> (String, String, Arc<Mutex<Vec<String>>>) {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = converse(&acceptor, stream, &log, answer).await;
        }
    });
    (place, cert.pem(), seen)
}

async fn converse(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
    log: &Mutex<Vec<String>>,
    answer: fn(&str) -> String,
) -> std::io::Result<()> {
    let accepted = acceptor.accept(stream).await;
    let mut stream = accepted.inspect_err(|_| log.lock().unwrap().push("no TLS".to_owned()))?;
    let mut request = Vec::new();
    while !is_whole(&request) {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let reply = answer(&request);
    log.lock().unwrap().push(request);
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.parse().unwrap())
}

#[tokio::test(start_paused = true)]
async fn an_untrusted_certificate_is_reported_without_a_retry() {
    let (place, _, seen) = serve(|_| String::new()).await;
    let tries = Arc::new(AtomicUsize::new(0));
    let (arm, _) = arm_with(&place, Real(azure::http_client::client().unwrap(), tries.clone()));
    let error = get(&arm).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    says(&error, &[&place, "has a certificate that is not trusted"]);
    assert_eq!(tries.load(Ordering::Relaxed), 1);
    assert!(seen.lock().unwrap().iter().all(|request| request == "no TLS"));
}

/// Signature in an operation's URL.
const SIGNED: &str = "/o/a%2Fb?api-version=1&t=638&c=MIIH%2Bzz==&s=a-_b%3d&h=Zm9v/Ym+w==";

fn answer(request: &str) -> String {
    let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let (status, header, body) = if request.starts_with("PUT ") {
        let header = format!("Azure-AsyncOperation: https://{host}{SIGNED}\r\n");
        ("201 Created", header, resource("Updating").to_string())
    } else if request.starts_with(&format!("GET {SIGNED} ")) {
        ("200 OK", String::new(), r#"{"status": "Succeeded"}"#.to_owned())
    } else {
        ("200 OK", String::new(), resource("Succeeded").to_string())
    };
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{header}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_signed_url_is_sent_byte_for_byte() {
    let (place, root, seen) = serve(answer).await;
    let root = reqwest::Certificate::from_pem(root.as_bytes()).unwrap();
    let client = Client::builder().tls_certs_only([root]).build().unwrap();
    let (arm, _) = arm_with(&place, client);
    let (id, body) = (ResourceId::parse(PE).unwrap(), body());
    let creation = Creation {
        id: &id,
        api: "1",
        body: &body,
        conditional: false,
        answers_200: false,
        over: &|live| Ok(live.clone()),
        matches: &|_| false,
        previous_run: PreviousRun::None,
        on_event: &|_| (),
    };
    let made = arm.create(&creation, &until()).await.unwrap();
    assert_eq!((made.body, made.sent), (resource("Succeeded"), true));
    let seen = seen.lock().unwrap();
    let lines: Vec<_> = seen.iter().filter_map(|request| request.lines().next()).collect();
    let own = format!("{PE}?api-version=1 HTTP/1.1");
    let expected = [format!("PUT {own}"), format!("GET {SIGNED} HTTP/1.1"), format!("GET {own}")];
    assert_eq!(lines, expected);
}

/// Returns the TLS versions that a client offers.
async fn hello(client: &Client) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("https://{}", listener.local_addr().unwrap());
    let ask = client.get(place).send();
    let answer = async {
        let mut stream = listener.accept().await.unwrap().0;
        let mut hello = Vec::new();
        // The length of the first record stands in its fourth and fifth bytes.
        while hello.len() < 5
            || hello.len() < 5 + usize::from(hello[3]) * 256 + usize::from(hello[4])
        {
            assert!(stream.read_buf(&mut hello).await.unwrap() > 0);
        }
        hello
    };
    let (refused, hello) = tokio::join!(ask, answer);
    assert!(refused.is_err());
    hello
}

#[tokio::test]
async fn no_tls_before_version_1_2_is_spoken() {
    let hello = hello(&azure::http_client::client().unwrap()).await;
    // The extension `supported_versions` (RFC 8446, 4.2.1), with TLS 1.3 and 1.2 in it.
    let versions = [0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03];
    assert!(hello.windows(versions.len()).any(|window| window == versions), "{hello:x?}");
}
