//! Serves a folder over HTTPS, like a mirror in a private network, with a certificate authority of
//! its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A request: first line, headers in lower case, body.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

type Answer = dyn Fn(&Asked) -> (u16, Vec<u8>) + Send + Sync;

/// A running server. Dropping it stops it.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) authority: PathBuf,
    pub(crate) asked: Receiver<Asked>,
    _runtime: Runtime,
}

impl Served {
    /// Serves the files of a folder.
    pub(crate) fn folder(folder: &Path, keep: &Path) -> Self {
        let folder = folder.to_owned();
        Self::new(keep, move |asked| {
            let path = asked.line.split(' ').nth(1).unwrap_or_default();
            match fs::read(folder.join(path.trim_start_matches('/'))) {
                Ok(bytes) => (200, bytes),
                Err(_) => (404, Vec::new()),
            }
        })
    }

    /// Serves the answers of a function, and writes the authority's certificate to `keep`.
    pub(crate) fn new(
        keep: &Path,
        answer: impl Fn(&Asked) -> (u16, Vec<u8>) + Send + Sync + 'static,
    ) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (config, pem) = certificates();
        let authority = keep.join("authority.pem");
        fs::write(&authority, pem).unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (sender, asked) = channel();
        let (tls, answer): (_, Arc<Answer>) = (TlsAcceptor::from(config), Arc::new(answer));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, tls.clone(), answer.clone(), sender.clone()));
            }
        });
        Self { url, authority, asked, _runtime: runtime }
    }
}

fn certificates() -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let chain = vec![certificate.der().clone()];
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    (Arc::new(config.unwrap()), authority.pem())
}

/// Answers one request on one connection.
async fn serve(
    stream: TcpStream,
    tls: TlsAcceptor,
    answer: Arc<Answer>,
    sender: Sender<Asked>,
) -> std::io::Result<()> {
    let mut stream = tls.accept(stream).await?;
    let mut bytes = Vec::new();
    let asked = loop {
        if let Some(asked) = whole(&bytes) {
            break asked;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let (status, body) = answer(&asked);
    let kind = if body.starts_with(b"{") { "application/json" } else { "application/octet-stream" };
    let head = format!(
        "HTTP/1.1 {status} Answer\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), &body].concat()).await?;
    stream.shutdown().await?;
    let _ = sender.send(asked);
    Ok(())
}

/// Returns the request, once all its bytes have arrived.
fn whole(bytes: &[u8]) -> Option<Asked> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&bytes[..end]);
    let (line, head) = text.split_once("\r\n").unwrap_or((&text, ""));
    let head = head.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    let body = &bytes[end + 4..];
    (body.len() >= length).then(|| Asked { line: line.to_owned(), head, body: body.to_vec() })
}
