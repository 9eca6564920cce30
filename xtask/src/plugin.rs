//! Starts the provider as Terraform does.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::failure::{Context as _, Failure, Result};

/// Value that Terraform sets so that a program knows that Terraform started it.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// A client certificate like those that Terraform creates for each start.
const CLIENT_CERTIFICATE: &str = include_str!("host.pem");

/// Starts the program of a command. `folder` is the folder for its temporary files, as the program
/// sees it.
pub(crate) fn start(mut command: Command, folder: &Path) -> Result<Child> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000")
        .env("PLUGIN_CLIENT_CERT", CLIENT_CERTIFICATE)
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context(format!("Starting {name}"))
}

/// Waits for the line with the address of the provider's server.
pub(crate) fn handshake(child: &mut Child) -> Result<()> {
    let mut line = String::new();
    let stdout = child.stdout.take().context("Cannot read the provider's standard output")?;
    BufReader::new(stdout).read_line(&mut line).context("Cannot read the handshake line")?;
    if line.starts_with("1|5|") || line.starts_with("1|6|") {
        return Ok(());
    }
    Err(Failure::new(format!("The provider printed no handshake line, but {line:?}")))
}
