//! Host like Terraform: starts a provider, reads the handshake line, connects, and calls.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose as Purpose};
use rcgen::{IsCa, KeyPair, KeyUsagePurpose as Usage};
use std::io::{self, Write};
use std::sync::Arc;
use tempfile::TempDir;
use terraform_plugin::proto::tfplugin5::provider_client::ProviderClient;
use terraform_plugin::proto::tfplugin5::{configure, provider_server::Provider, stop};
use terraform_plugin::serve::{Environment, Lifecycle, Options, ServeError, serve};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};

/// Cookie that every Terraform sets.
pub(crate) const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Time limit of each step of a test.
pub(crate) const DEADLINE: std::time::Duration = std::time::Duration::from_secs(20);

/// Provider whose only slow call ends when the provider is asked to stop.
pub(crate) struct Patient(Lifecycle);

#[tonic::async_trait]
impl Provider for Patient {
    async fn configure(
        &self,
        _: Request<configure::Request>,
    ) -> Result<Response<configure::Response>, Status> {
        self.0.stop.child_token().cancelled().await;
        Ok(Response::new(configure::Response::default()))
    }

    async fn stop(&self, _: Request<stop::Request>) -> Result<Response<stop::Response>, Status> {
        self.0.stop.cancel();
        Ok(Response::new(stop::Response::default()))
    }
}

/// Settings with which a provider is started.
pub(crate) struct Setup {
    pub(crate) options: Options,
    pub(crate) environment: Environment,
    /// Default folder of the socket.
    pub(crate) folder: TempDir,
}

impl Setup {
    /// Settings of Terraform, but with plaintext.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment {
            cookie: Some(COOKIE.to_owned()),
            socket_folder: folder.path().to_owned(),
            ..Environment::default()
        };
        let options = Options::new("terraform-provider-acme", "registry.example.com/acme/acme");
        Self { options, environment, folder }
    }

    /// Enables mutual TLS for this caller.
    pub(crate) fn trusting(mut self, caller: &Caller) -> Self {
        self.environment.client_certificate = Some(caller.pem.clone());
        self
    }

    /// Starts the provider and reads its line.
    pub(crate) async fn start(self) -> Running {
        let Self { options, environment, folder } = self;
        let (line, said) = oneshot::channel();
        let (lifecycle, made) = oneshot::channel();
        let served = tokio::spawn(async move {
            let make = |shared: Lifecycle| {
                assert!(lifecycle.send(shared.clone()).is_ok());
                Patient(shared)
            };
            serve(&options, &environment, Stdout::new(line), make).await
        });
        let line = tokio::time::timeout(DEADLINE, said).await.unwrap().unwrap();
        Running { line, lifecycle: made.await.unwrap(), served, folder }
    }
}

/// Sends the written line when it is flushed. Fails the test on a second line.
pub(crate) struct Stdout {
    text: Vec<u8>,
    line: Option<oneshot::Sender<String>>,
}

impl Stdout {
    pub(crate) fn new(line: oneshot::Sender<String>) -> Self {
        Self { text: Vec::new(), line: Some(line) }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = String::from_utf8(std::mem::take(&mut self.text)).unwrap();
        self.line.take().unwrap().send(text).unwrap();
        Ok(())
    }
}

/// Provider that has written its handshake line.
pub(crate) struct Running {
    pub(crate) line: String,
    pub(crate) lifecycle: Lifecycle,
    served: JoinHandle<Result<(), ServeError>>,
    pub(crate) folder: TempDir,
}

impl Running {
    /// The fields of the handshake line.
    pub(crate) fn fields(&self) -> Vec<&str> {
        self.line.strip_suffix('\n').unwrap().split('|').collect()
    }

    /// A connection of bytes, as the line says.
    pub(crate) async fn reach(&self) -> Box<dyn Stream> {
        let fields = self.fields();
        connect(fields[2], fields[3]).await
    }

    /// A connection for calls without TLS.
    pub(crate) async fn plain(&self) -> Channel {
        channel(self.reach().await).await
    }

    /// A connection for calls with TLS.
    pub(crate) async fn secure(&self, caller: &Caller) -> Channel {
        let connector = caller.connector(self.fields()[5]);
        let name = ServerName::try_from("localhost").unwrap();
        channel(Box::new(connector.connect(name, self.reach().await).await.unwrap())).await
    }

    /// Returns `true` if a peer with this TLS reaches HTTP/2.
    pub(crate) async fn greets(&self, connector: &TlsConnector) -> io::Result<()> {
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = connector.connect(name, self.reach().await).await?;
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await?;
        stream.flush().await?;
        // The server's settings frame comes first; a refusal comes as an alert.
        let mut frame = [0; 9];
        stream.read_exact(&mut frame).await?;
        assert_eq!(frame[3], 4, "{frame:?}");
        Ok(())
    }

    /// Waits until the provider has ended by itself, and checks that it left nothing behind.
    pub(crate) async fn ended(self) {
        let served = tokio::time::timeout(DEADLINE, self.served).await;
        served.expect("the provider does not end").unwrap().unwrap();
        let left: Vec<_> = self.folder.path().read_dir().unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Any stream of bytes.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens what a handshake line or a reattach variable names.
pub(crate) async fn connect(network: &str, address: &str) -> Box<dyn Stream> {
    match network {
        "unix" => Box::new(UnixStream::connect(address).await.unwrap()),
        "tcp" => Box::new(TcpStream::connect(address).await.unwrap()),
        other => panic!("network {other}"),
    }
}

/// Calls over any stream, by way of a port on the loopback that tonic can connect to.
pub(crate) async fn channel(mut stream: Box<dyn Stream>) -> Channel {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut inner, _) = listener.accept().await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut inner, &mut stream).await;
    });
    Endpoint::try_from(address).unwrap().connect().await.unwrap()
}

/// The provider's own calls.
pub(crate) fn calls(channel: Channel) -> ProviderClient<Channel> {
    ProviderClient::new(channel)
}

/// A certificate such as go-plugin makes for each process it starts, with its key.
pub(crate) struct Caller {
    pub(crate) pem: String,
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Caller {
    /// ECDSA P-521, its own authority, for clients and servers.
    pub(crate) fn new() -> Self {
        let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.distinguished_name.push(rcgen::DnType::OrganizationName, "HashiCorp");
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
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

    /// TLS that trusts the certificate of the line and presents its own.
    pub(crate) fn connector(&self, field: &str) -> TlsConnector {
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let chain = vec![self.certificate.clone()];
        let config = trusting(field).with_client_auth_cert(chain, key.into()).unwrap();
        with_alpn(config)
    }
}

/// TLS that trusts the certificate of the line and presents none.
pub(crate) fn nobody(field: &str) -> TlsConnector {
    with_alpn(trusting(field).with_no_client_auth())
}

type Trusting = tokio_rustls::rustls::ConfigBuilder<
    ClientConfig,
    tokio_rustls::rustls::client::WantsClientCert,
>;

fn trusting(field: &str) -> Trusting {
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
