//! The smallest HTTPS client that can ask the emulator what exists.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

use crate::failure::{Context as _, Failure, Result};

const PATIENCE: Duration = Duration::from_secs(10);

/// Gets a JSON document from `https://HOST:PORT/...`, trusting one authority only.
pub(crate) fn get(url: &str, authority: &Path) -> Result<Value> {
    let (origin, path) = split(url).context(format!("Not an https address: {url}"))?;
    let answer = exchange(origin, path, authority).context(format!("Asking {url}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer.as_str(), ""));
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(Failure::new(format!("{url} answered {status}")).with("Its body", body));
    }
    serde_json::from_str(body).context(format!("Reading what {url} answered"))
}

fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://")?;
    Some(rest.split_at(rest.find('/')?))
}

/// HTTP/1.0, so that the answer is neither chunked nor followed by another.
fn exchange(origin: &str, path: &str, authority: &Path) -> Result<String> {
    let mut stream = connect(origin, authority)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {origin}\r\nAccept: application/json\r\n\r\n")
        .context("sending")?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // A server may close without TLS's farewell; a cut answer shows when it is parsed.
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error).context("receiving"),
        _ => String::from_utf8(answer).context("receiving"),
    }
}

fn connect(origin: &str, authority: &Path) -> Result<StreamOwned<ClientConnection, TcpStream>> {
    let host = origin.rsplit_once(':').map_or(origin, |(host, _)| host);
    let name = ServerName::try_from(host.to_owned()).context("naming the server")?;
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(authority).context("reading its authority")?;
    roots.add(certificate).context("trusting its authority")?;
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), name).context("preparing TLS")?;
    let socket = TcpStream::connect(origin).context("connecting")?;
    socket.set_read_timeout(Some(PATIENCE)).context("connecting")?;
    socket.set_write_timeout(Some(PATIENCE)).context("connecting")?;
    Ok(StreamOwned::new(connection, socket))
}
