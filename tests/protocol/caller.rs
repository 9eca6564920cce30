//! The provider's client: a certificate such as Terraform makes, and connections that present it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose as Purpose};
use rcgen::{IsCa, KeyPair, KeyUsagePurpose as Usage};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WantsClientCert;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use tonic::transport::{Channel, Endpoint};

/// A stream of bytes.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens the socket or port that a handshake line or a reattach variable names.
pub(crate) async fn connect(network: &str, address: &str) -> Box<dyn Stream> {
    match network {
        "unix" => Box::new(UnixStream::connect(address).await.unwrap()),
        "tcp" => Box::new(TcpStream::connect(address).await.unwrap()),
        other => panic!("network {other}"),
    }
}

/// Returns a channel over any stream, through a loopback port that tonic can connect to.
pub(crate) async fn channel(mut stream: Box<dyn Stream>) -> Channel {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut inner, _) = listener.accept().await.unwrap();
        inner.set_nodelay(true).unwrap();
        let _ = tokio::io::copy_bidirectional(&mut inner, &mut stream).await;
    });
    let endpoint = Endpoint::try_from(address).unwrap();
    endpoint.connect().await.unwrap()
}

/// Wraps a stream in TLS.
pub(crate) async fn secured(
    connector: &TlsConnector,
    stream: Box<dyn Stream>,
) -> io::Result<Box<dyn Stream>> {
    let name = ServerName::try_from("localhost").unwrap();
    Ok(Box::new(connector.connect(name, stream).await?))
}

/// Exchanges the HTTP/2 preface. Fails if the peer rejects the stream before.
pub(crate) async fn greet(mut stream: Box<dyn Stream>) -> io::Result<()> {
    let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    stream.write_all(settings).await?;
    stream.flush().await?;
    // The server's SETTINGS frame comes first; a refusal is a TLS alert.
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await?;
    assert_eq!(frame[3], 4, "{frame:?}");
    Ok(())
}

/// A certificate such as go-plugin makes for each process it starts, with its key.
pub(crate) struct Caller {
    pub(crate) pem: String,
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Caller {
    /// Creates a self-signed ECDSA P-521 certificate for clients and servers.
    pub(crate) fn new() -> Self {
        let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let name = &mut parameters.distinguished_name;
        name.push(DnType::OrganizationName, "HashiCorp");
        name.push(DnType::CommonName, "localhost");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![
            Usage::DigitalSignature,
            Usage::KeyEncipherment,
            Usage::KeyAgreement,
            Usage::KeyCertSign,
        ];
        parameters.extended_key_usages = vec![Purpose::ClientAuth, Purpose::ServerAuth];
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), certificate: certificate.der().clone(), key }
    }

    /// Returns a connector that trusts the certificate of the handshake line and presents its own.
    pub(crate) fn connector(&self, field: &str) -> TlsConnector {
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let chain = vec![self.certificate.clone()];
        with_alpn(trusting(field).with_client_auth_cert(chain, key.into()).unwrap())
    }
}

/// Returns a connector that trusts the certificate of the handshake line and presents none.
pub(crate) fn nobody(field: &str) -> TlsConnector {
    with_alpn(trusting(field).with_no_client_auth())
}

fn trusting(field: &str) -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let server = STANDARD_NO_PAD.decode(field).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(server)).unwrap();
    let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
}

fn with_alpn(mut config: ClientConfig) -> TlsConnector {
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}
