//! Errors that prevent a provider from being served.

use std::io;
use thiserror::Error;
use tokio_rustls::rustls;

/// Error that prevents a provider from being served. The message addresses the person who started
/// the program.
#[derive(Debug, Error)]
pub enum ServeError {
    /// A person started the program with this name.
    #[error(
        "{0} is a plugin of Terraform and cannot be run by hand.\nTerraform starts it if a \
         configuration requires the provider. Run `terraform init`."
    )]
    NotInvited(String),
    /// `PLUGIN_CLIENT_CERT` does not contain a certificate.
    #[error("PLUGIN_CLIENT_CERT contains no certificate in PEM: {0}")]
    ClientCertificate(#[source] rustls::pki_types::pem::Error),
    /// The server's certificate could not be created.
    #[error("the certificate for the connection to Terraform cannot be created: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("TLS for the connection to Terraform cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The socket or a signal handler could not be created, or the handshake line could not be
    /// written.
    #[error("the connection to Terraform cannot be set up: {0}")]
    Io(#[from] io::Error),
    /// The gRPC server ended unexpectedly.
    #[error("the server for Terraform failed: {0}")]
    Server(#[from] tonic::transport::Error),
}
