//! TCP connections: resets by faults, and the end of slow connections.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use emulator::{Emulator, Fault, FaultKind};
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::client::{Client, version};

const LONG: Duration = Duration::from_secs(100);
const SHORT: Duration = Duration::from_millis(200);

/// Returns the kind of the I/O error that caused another error.
fn cause(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let own = error.downcast_ref::<io::Error>();
    let inner = own.and_then(io::Error::get_ref).and_then(|inner| cause(inner));
    inner.or_else(|| error.source().and_then(cause)).or(own.map(io::Error::kind))
}

/// Go's clients repeat a request whose connection was reset, but not one whose connection was
/// closed normally.
#[tokio::test]
async fn reset_fault_is_a_tcp_reset() {
    let client = Client::start().await;
    for kind in [FaultKind::ResetBefore, FaultKind::ResetAfter] {
        client.emulator.fault(Fault::new(kind.clone()).method("GET"));
        let url = client.url(&client.hub(), version(&client.hub()));
        let sent = client.request(Method::GET, &url, &[], None).send().await;
        let error = sent.expect_err("no answer");
        assert_eq!(cause(&error), Some(ErrorKind::ConnectionReset), "{kind:?}: {error:?}");
    }
}

#[tokio::test]
async fn truncate_fault_sends_half_of_the_body() {
    let client = Client::start().await;
    let url = client.url(&client.hub(), version(&client.hub()));
    let ask = async || client.request(Method::GET, &url, &[], None).send().await;
    let whole = ask().await.expect("an answer").bytes().await.expect("a body");
    client.emulator.fault(Fault::new(FaultKind::Truncate));
    let mut answer = ask().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.content_length(), u64::try_from(whole.len()).ok());
    let mut arrived = Vec::new();
    let error = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => arrived.extend_from_slice(&chunk),
            Ok(None) => panic!("the body came to its end"),
            Err(error) => break error,
        }
    };
    assert_eq!(arrived, whole[..whole.len() / 2], "{error}");
}

async fn connect(emulator: &Emulator) -> TcpStream {
    let address = emulator.host.replace("localhost", "127.0.0.1");
    TcpStream::connect(address).await.expect("a connection")
}

async fn secure(emulator: &Emulator) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(emulator.ca_pem.as_bytes());
    roots.add(certificate.expect("a certificate")).expect("a root");
    let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, connect(emulator).await).await.expect("a handshake")
}

/// Reads until the connection ends, which must happen soon.
async fn rest(mut stream: impl tokio::io::AsyncRead + Unpin) -> String {
    let begun = Instant::now();
    let mut read = Vec::new();
    let end = tokio::time::timeout(LONG / 2, stream.read_to_end(&mut read)).await;
    // The connection may end without a TLS close notification.
    let _ = end.expect("an end");
    assert!(begun.elapsed() < LONG / 2);
    String::from_utf8(read).expect("text")
}

#[tokio::test]
async fn a_slow_request_ends_its_connection() {
    let builder = Emulator::builder().patience(SHORT, LONG);
    let emulator = builder.start().await.expect("an emulator");
    // Without a handshake, within the headers, within a body.
    assert_eq!(rest(connect(&emulator).await).await, "");
    let mut stream = secure(&emulator).await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: local").await.expect("a part");
    assert_eq!(rest(stream).await, "");
    let mut stream = secure(&emulator).await;
    let head = b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n123";
    stream.write_all(head).await.expect("a part");
    assert!(rest(stream).await.starts_with("HTTP/1.1 408 "));
}

#[tokio::test]
async fn an_idle_connection_ends() {
    let builder = Emulator::builder().patience(LONG, SHORT);
    let emulator = builder.start().await.expect("an emulator");
    assert_eq!(rest(secure(&emulator).await).await, "");
    let mut stream = secure(&emulator).await;
    let head = b"GET /_emulator/counters HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(head).await.expect("a request");
    assert!(rest(stream).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn slow_answer_keeps_its_connection() {
    let client = Client::with(Emulator::builder().patience(SHORT, SHORT)).await;
    let milliseconds = 1_000;
    client.emulator.fault(Fault::new(FaultKind::Delay { milliseconds }).method("GET"));
    client.get(&client.hub()).await.is(200);
}
