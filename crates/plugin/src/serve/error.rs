//! Why a provider could not be served.

use std::io;
use thiserror::Error;
use tokio_rustls::rustls;

/// Why a provider could not be served. The text is for the person who started the program.
#[derive(Debug, Error)]
pub enum ServeError {
    /// A person started the program of this name.
    #[error(
        "{0} is a plugin of Terraform and is not meant to be run by hand.\n\
         Terraform starts it when a configuration requires the provider; see `terraform init`."
    )]
    NotInvited(String),
    /// `PLUGIN_CLIENT_CERT` does not hold a certificate.
    #[error("PLUGIN_CLIENT_CERT holds no certificate in PEM: {0}")]
    ClientCertificate(#[source] rustls::pki_types::pem::Error),
    /// The server's own certificate could not be made.
    #[error("no certificate for the connection to Terraform: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("no TLS for the connection to Terraform: {0}")]
    Tls(#[from] rustls::Error),
    /// No socket, no handler for a signal, or nobody who reads the handshake line.
    #[error("no connection to Terraform: {0}")]
    Io(#[from] io::Error),
    /// The gRPC server ended on its own.
    #[error("the server for Terraform failed: {0}")]
    Server(#[from] tonic::transport::Error),
}
