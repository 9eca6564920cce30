//! HTTP client for ARM and token services.

use crate::error::{Error, ErrorKind};
use crate::root_certificates;
use std::time::Duration;

pub use reqwest::Client;
use reqwest::{ClientBuilder, NoProxy, Proxy};

/// Creates the HTTP client for ARM and token services. It uses https only and follows no redirects.
/// It uses the proxy of HTTPS_PROXY except for the hosts in NO_PROXY (both also in lowercase). It
/// trusts the authorities of the system and of SSL_CERT_FILE. Like programs in Go, it ignores
/// ALL_PROXY.
///
/// # Errors
///
/// Returns [`ErrorKind::Transport`] if the system's certificates or HTTPS_PROXY cannot be used.
pub fn client() -> Result<Client, Error> {
    let client = Client::builder()
        .https_only(true)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_secs(75))
        .gzip(true)
        .no_proxy()
        .tls_certs_merge(root_certificates::from_environment());
    let proxy = proxy(&|name| std::env::var(name).ok())?;
    proxy.into_iter().fold(client, ClientBuilder::proxy).build().map_err(|error| {
        Error::from_source(ErrorKind::Transport, "The HTTP client cannot be created", &error)
    })
}

/// Returns the proxy for https from the environment.
fn proxy(environment: &dyn Fn(&str) -> Option<String>) -> Result<Option<Proxy>, Error> {
    let set = |names: [&str; 2]| {
        names.into_iter().filter_map(environment).find(|value| !value.trim().is_empty())
    };
    let Some(address) = set(["HTTPS_PROXY", "https_proxy"]) else { return Ok(None) };
    let address = address.trim();
    let address = match address.contains("://") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    };
    // The address may contain a password, so errors do not show it.
    let proxy = Proxy::https(address).map_err(|_| {
        Error::new(
            ErrorKind::Transport,
            "HTTPS_PROXY is not a URL. Set it to a URL such as \
                                          http://HOST:PORT.",
        )
    })?;
    let exceptions = set(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    Ok(Some(proxy.no_proxy(NoProxy::from_string(&exceptions))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_is_read_from_gos_environment_variables() {
        let told = |variables: &[(&str, &str)]| {
            let environment = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            proxy(&environment).map(|it| it.map(|it| format!("{it:?}")))
        };
        for nothing in [&[][..], &[("ALL_PROXY", "http://p:1"), ("HTTP_PROXY", "http://p:1")]] {
            assert_eq!(told(nothing).unwrap(), None);
        }
        for address in ["http://p:1", "p:1", "https://u:hush@p:1"] {
            let told = told(&[("HTTPS_PROXY", address), ("https_proxy", "q:1")]).unwrap().unwrap();
            assert!(told.contains("\"p\"") && !told.contains("\"q\""), "{told}");
        }
        assert!(told(&[("https_proxy", "q:1")]).unwrap().is_some());
        let wrong = told(&[("HTTPS_PROXY", "http://u:hush@ p")]).unwrap_err().to_string();
        assert!(wrong.contains("HTTPS_PROXY") && !wrong.contains("hush"), "{wrong}");
    }
}
