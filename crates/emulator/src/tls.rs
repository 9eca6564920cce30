//! HTTPS with a certificate authority that is created at the start, and the listener for axum.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_util::sync::CancellationToken;

use crate::connection::{ConnectionSwitch, Patience, TlsConnection};

/// A certificate for the emulator's names, and the authority that issued it.
pub(crate) struct Certificates {
    /// Certificate of the authority, for clients to trust.
    pub(crate) authority_pem: String,
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

impl Certificates {
    /// Creates the authority and the certificate for localhost and these names. They are valid from
    /// yesterday on, in case a clock is slow.
    pub(crate) fn make(hosts: &[String]) -> io::Result<Self> {
        let ca_key = KeyPair::generate().map_err(io::Error::other)?;
        let mut ca = params("azureai-emulator authority", Vec::new())?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca_certificate = ca.self_signed(&ca_key).map_err(io::Error::other)?;
        let issuer = Issuer::new(ca, ca_key);

        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        names.extend(hosts.iter().filter(|host| *host != "localhost").cloned());
        let leaf_key = KeyPair::generate().map_err(io::Error::other)?;
        let mut leaf = params("localhost", names)?;
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = leaf.signed_by(&leaf_key, &issuer).map_err(io::Error::other)?;
        Ok(Self {
            authority_pem: ca_certificate.pem(),
            chain: vec![leaf.der().clone(), ca_certificate.der().clone()],
            key: leaf_key.serialize_der(),
        })
    }

    fn server_config(&self) -> io::Result<ServerConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::try_from(self.key.clone()).map_err(io::Error::other)?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), key)
            .map_err(io::Error::other)?;
        // HTTP/1.1 only, so that a fault which cuts a connection affects one request.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn params(name: &str, names: Vec<String>) -> io::Result<CertificateParams> {
    let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_after = OffsetDateTime::now_utc() + Duration::days(365);
    Ok(params)
}

/// Accepts connections whose TLS handshake is done, so that a slow client does not block others.
pub(crate) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsConnection, SocketAddr)>,
}

impl TlsListener {
    /// Starts accepting connections, and stops when `stop` is cancelled.
    pub(crate) fn start(
        listener: TcpListener,
        certificates: &Certificates,
        patience: Patience,
        stop: CancellationToken,
    ) -> io::Result<Self> {
        let acceptor = TlsAcceptor::from(Arc::new(certificates.server_config()?));
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(64);
        tokio::spawn(async move {
            let accepting = accept_all(listener, acceptor, patience, sender);
            let _ = stop.run_until_cancelled(accepting).await;
        });
        Ok(Self { address, ready })
    }
}

async fn accept_all(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    patience: Patience,
    sender: mpsc::Sender<(TlsConnection, SocketAddr)>,
) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // Probably out of file handles, so other connections must end first.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            // A client that does not trust the authority disconnects here, as it should.
            let accepting = tokio::time::timeout(patience.request, acceptor.accept(stream));
            if let Ok(Ok(stream)) = accepting.await {
                let _ = sender.send((TlsConnection::new(stream, patience), peer)).await;
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsConnection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for ConnectionSwitch {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        stream.io().switch().clone()
    }
}
