//! What the server is told: by the program, and by the environment that Terraform gives it.

use crate::journal::VARIABLES;
use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// What a provider says about itself, and how it was started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the executable, for texts that users read.
    pub name: String,
    /// Full source address, such as `registry.terraform.io/acme/clouds`.
    pub address: String,
    /// Started by a person, to be attached to a debugger: one process serves many Terraform runs.
    pub debug: bool,
    /// Keeps a journal of what runs have begun to make ([`crate::journal`]).
    pub journal: bool,
    /// How long to wait for others before ending.
    pub grace: GracePeriods,
}

impl Options {
    /// A provider that Terraform starts.
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        let (name, address) = (name.into(), address.into());
        Self { name, address, debug: false, journal: false, grace: GracePeriods::default() }
    }
}

/// How long the server waits for others before it ends.
#[derive(Clone, Copy, Debug)]
pub struct GracePeriods {
    /// For the first connection. The host has this long to read the handshake line, and connects
    /// at once after it.
    pub connect: Duration,
    /// For a new connection after the last one closed. Terraform opens just one; when it is gone,
    /// Terraform is, and a process that stayed would stay for ever.
    pub reconnect: Duration,
    /// For background work after `Shutdown`. The host kills the process two seconds after it.
    pub shutdown: Duration,
}

impl Default for GracePeriods {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(60),
            reconnect: Duration::from_secs(3),
            shutdown: Duration::from_millis(1500),
        }
    }
}

/// The variables of go-plugin's handshake, read once so that tests can give their own.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `TF_PLUGIN_MAGIC_COOKIE`: proof that a Terraform started this process.
    pub cookie: Option<String>,
    /// `PLUGIN_CLIENT_CERT`: the only certificate to accept, in PEM. Absent means plaintext.
    pub client_certificate: Option<String>,
    /// Where to put the socket: `PLUGIN_UNIX_SOCKET_DIR`, else the folder for temporary files.
    pub socket_folder: PathBuf,
    /// `PLUGIN_UNIX_SOCKET_GROUP`: who else should reach the socket.
    pub socket_group: Option<String>,
    /// `TF_DATA_DIR`: where Terraform keeps its data about the configuration in whose folder it
    /// has started this process. Absent means that nothing is noted there.
    pub data_folder: Option<PathBuf>,
    /// Variables that tell where the state is, with what they say.
    pub state: Vec<(&'static str, String)>,
}

impl Environment {
    /// The environment of this process.
    pub fn read() -> Self {
        Self {
            cookie: env::var("TF_PLUGIN_MAGIC_COOKIE").ok(),
            client_certificate: env::var("PLUGIN_CLIENT_CERT").ok().filter(|pem| !pem.is_empty()),
            socket_folder: match env::var_os("PLUGIN_UNIX_SOCKET_DIR") {
                Some(folder) if !folder.is_empty() => PathBuf::from(folder),
                _ => env::temp_dir(),
            },
            socket_group: env::var("PLUGIN_UNIX_SOCKET_GROUP").ok().filter(|it| !it.is_empty()),
            data_folder: Some(match env::var_os("TF_DATA_DIR") {
                Some(folder) if !folder.is_empty() => PathBuf::from(folder),
                _ => ".terraform".into(),
            }),
            state: VARIABLES
                .iter()
                .filter_map(|name| Some((*name, env::var(name).ok()?)))
                .collect(),
        }
    }
}
