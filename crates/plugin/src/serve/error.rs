//! Why a provider could not be served.

use std::error::Error;
use std::fmt;
use std::io;
use tokio_rustls::rustls;

/// Why a provider could not be served. The text is for the person who started the program.
#[derive(Debug)]
pub enum ServeError {
    /// A person started the program of this name.
    NotInvited(String),
    /// `PLUGIN_CLIENT_CERT` does not hold a certificate.
    ClientCertificate(String),
    /// The server's own certificate could not be made.
    Certificate(rcgen::Error),
    /// TLS could not be set up.
    Tls(rustls::Error),
    /// No socket, no handler for a signal, or nobody who reads the handshake line.
    Io(io::Error),
    /// The gRPC server ended on its own.
    Server(tonic::transport::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInvited(name) => write!(
                out,
                "{name} is a plugin of Terraform and is not meant to be run by hand.\n\
                 Terraform starts it when a configuration requires the provider; see \
                 `terraform init`."
            ),
            Self::ClientCertificate(fault) => {
                write!(out, "PLUGIN_CLIENT_CERT holds no certificate in PEM: {fault}")
            }
            Self::Certificate(fault) => {
                write!(out, "no certificate for the connection to Terraform: {fault}")
            }
            Self::Tls(fault) => write!(out, "no TLS for the connection to Terraform: {fault}"),
            Self::Io(fault) => write!(out, "no connection to Terraform: {fault}"),
            Self::Server(fault) => write!(out, "the server for Terraform failed: {fault}"),
        }
    }
}

impl Error for ServeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotInvited(_) | Self::ClientCertificate(_) => None,
            Self::Certificate(fault) => Some(fault),
            Self::Tls(fault) => Some(fault),
            Self::Io(fault) => Some(fault),
            Self::Server(fault) => Some(fault),
        }
    }
}

impl From<rcgen::Error> for ServeError {
    fn from(fault: rcgen::Error) -> Self {
        Self::Certificate(fault)
    }
}

impl From<rustls::Error> for ServeError {
    fn from(fault: rustls::Error) -> Self {
        Self::Tls(fault)
    }
}

impl From<io::Error> for ServeError {
    fn from(fault: io::Error) -> Self {
        Self::Io(fault)
    }
}

impl From<tonic::transport::Error> for ServeError {
    fn from(fault: tonic::transport::Error) -> Self {
        Self::Server(fault)
    }
}
