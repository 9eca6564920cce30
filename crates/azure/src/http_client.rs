//! The HTTP client for ARM and token services.

use crate::error::{Error, ErrorKind};
use crate::root_certificates;
use std::time::Duration;

pub use reqwest::Client;

/// The HTTP client for ARM and token services: https only, no redirects, proxies by HTTPS_PROXY
/// and NO_PROXY, authorities of the system and of SSL_CERT_FILE.
///
/// # Errors
///
/// [`ErrorKind::Transport`] when the system's certificates cannot be used.
pub fn client() -> Result<Client, Error> {
    Client::builder()
        .https_only(true)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_secs(75))
        .gzip(true)
        .tls_certs_merge(root_certificates::from_environment())
        .build()
        .map_err(|error| {
            Error::from_source(ErrorKind::Transport, "There is no HTTP client", &error)
        })
}
