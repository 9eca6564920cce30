//! Settings of the server: from the program, and from the environment that Terraform sets.

use crate::journal::VARIABLES;
use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// Settings from the program.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the executable, for messages.
    pub name: String,
    /// Full source address, such as `registry.terraform.io/acme/clouds`.
    pub address: String,
    /// If `true`, a person started the process for a debugger, and it serves many runs of
    /// Terraform.
    pub debug: bool,
    /// If `true`, keeps a journal of the creates of each run ([`crate::journal`]).
    pub journal: bool,
    /// Times to wait before the process ends.
    pub grace: GracePeriods,
}

impl Options {
    /// Creates the settings of a provider that Terraform starts.
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        let (name, address) = (name.into(), address.into());
        Self { name, address, debug: false, journal: false, grace: GracePeriods::default() }
    }
}

/// Times that the server waits before it ends.
#[derive(Clone, Copy, Debug)]
pub struct GracePeriods {
    /// Time for the first connection. The host reads the handshake line within this time and then
    /// connects at once.
    pub connect: Duration,
    /// Time for a new connection after the last one was closed. Terraform opens only one
    /// connection, so its end means that Terraform has ended.
    pub reconnect: Duration,
    /// Time for background work after `Shutdown`. The host kills the process two seconds after it.
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

/// Variables of go-plugin's handshake, read once so that tests can set them.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `TF_PLUGIN_MAGIC_COOKIE`: shows that Terraform started this process.
    pub cookie: Option<String>,
    /// `PLUGIN_CLIENT_CERT`: the only certificate to accept, in PEM. `None` means plaintext.
    pub client_certificate: Option<String>,
    /// Folder for the socket: `PLUGIN_UNIX_SOCKET_DIR`, or the folder for temporary files.
    pub socket_folder: PathBuf,
    /// `PLUGIN_UNIX_SOCKET_GROUP`: group that may access the socket.
    pub socket_group: Option<String>,
    /// `TF_DATA_DIR`: folder in which Terraform stores its data about the configuration. Terraform
    /// starts the process in the folder of the configuration. `None` disables the journal.
    pub data_folder: Option<PathBuf>,
    /// Variables that define the location of the state, with their values.
    pub state: Vec<(&'static str, String)>,
}

impl Environment {
    /// Reads the environment of this process.
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
