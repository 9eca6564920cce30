//! Where the emulator listens, and the names by which clients reach it.

use std::io;
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::app::App;
use crate::bootstrap::BootstrapServer;
use crate::builder::Builder;
use crate::page::PageServer;

/// Names of the emulator, for its URLs, its certificate, and the check of requests' hosts.
pub(super) struct Names {
    /// `NAME:PORT` of the URLs.
    pub(super) host: String,
    /// All names and addresses, without ports and brackets.
    pub(super) all: Vec<String>,
}

/// Servers over http, which begin to serve after the world exists.
pub(super) struct PlainServers {
    page: Option<PageServer>,
    bootstrap: Option<BootstrapServer>,
}

impl PlainServers {
    /// Listens on the addresses that are given.
    ///
    /// # Errors
    ///
    /// Returns an error if an address is in use, or if others can reach the page.
    pub(super) async fn bind(page: Option<&str>, bootstrap: Option<&str>) -> io::Result<Self> {
        let page = match page {
            Some(address) => Some(PageServer::bind(address).await?),
            None => None,
        };
        let bootstrap = match bootstrap {
            Some(address) => Some(BootstrapServer::bind(address).await?),
            None => None,
        };
        Ok(Self { page, bootstrap })
    }

    pub(super) fn page_url(&self) -> Option<String> {
        self.page.as_ref().map(|page| page.url.clone())
    }

    pub(super) fn bootstrap_url(&self, host: &str) -> Option<String> {
        self.bootstrap.as_ref().map(|server| server.url(host))
    }

    /// Serves until the emulator stops.
    pub(super) fn serve(self, app: &Arc<App>, authority: &str) -> Vec<JoinHandle<io::Result<()>>> {
        let page = self.page.map(|page| page.serve(app.clone()));
        let bootstrap = self.bootstrap.map(|server| server.serve(app.clone(), authority));
        page.into_iter().chain(bootstrap).collect()
    }
}

impl Builder {
    /// Sets the address to listen on. Defaults to a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: &str) -> Self {
        self.listen = address.to_owned();
        self
    }

    /// Adds a name by which clients reach the emulator, as `NAME` or `NAME:PORT`. URLs have the
    /// first name. Defaults to localhost and the port to listen on.
    #[must_use]
    pub fn host(mut self, name: &str) -> Self {
        self.hosts.push(name.to_owned());
        self
    }

    /// Serves the page, and nothing else, over http at a loopback address, for example
    /// `127.0.0.1:0`. Port 0 takes a free one.
    #[must_use]
    pub fn page(mut self, address: &str) -> Self {
        self.page = Some(address.to_owned());
        self
    }

    /// Serves the authority's certificate and the variables of clients over http at an address, for
    /// example `0.0.0.0:8080`. Port 0 takes a free one.
    #[must_use]
    pub fn bootstrap(mut self, address: &str) -> Self {
        self.bootstrap = Some(address.to_owned());
        self
    }
}

impl Names {
    /// Reads the names that clients use of an emulator that listens on this port.
    ///
    /// # Errors
    ///
    /// Returns an error if a name is no host name and no IP address.
    pub(super) fn read(hosts: &[String], port: u16) -> io::Result<Self> {
        let mut names = Self { host: format!("localhost:{port}"), all: Vec::new() };
        for (index, host) in hosts.iter().enumerate() {
            let (name, own_port) = split(host).ok_or_else(|| invalid(host))?;
            if index == 0 {
                names.host = format!("{name}:{}", own_port.unwrap_or(port));
            }
            names.all.push(name.trim_matches(['[', ']']).to_owned());
        }
        Ok(names)
    }
}

/// Splits `NAME`, `NAME:PORT` or an address in brackets. Returns `None` if it is none of them.
fn split(host: &str) -> Option<(String, Option<u16>)> {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().ok()?)),
        _ => (host, None),
    };
    let name = url::Host::parse(name).ok()?;
    Some((name.to_string(), port))
}

fn invalid(host: &str) -> io::Error {
    let text = format!(
        "'{host}' is not a host name. Give --host a name such as emulator, or a name and a port \
         such as emulator:8443."
    );
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_port_that_clients_use() {
        let read = |hosts: &[&str]| {
            let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
            Names::read(&hosts, 8443).map(|names| (names.host, names.all.join(" ")))
        };
        for (hosts, host, all) in [
            (&[] as &[&str], "localhost:8443", ""),
            (&["emulator"], "emulator:8443", "emulator"),
            (&["Emulator:9443", "localhost"], "emulator:9443", "emulator localhost"),
            (&["[::1]:9443"], "[::1]:9443", "::1"),
            (&["[fd00::1]", "10.0.0.1:1"], "[fd00::1]:8443", "fd00::1 10.0.0.1"),
        ] {
            assert_eq!(read(hosts).unwrap(), (host.to_owned(), all.to_owned()));
        }
        for host in ["", "::1", "a b", "https://emulator", "emulator:x", "emulator:70000", "a/b"] {
            let error = read(&[host]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{host}' is not a host name")), "{error}");
        }
    }
}
