//! The emulator as a program.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use emulator::Emulator;

/// Azure Resource Manager in memory, for trying and testing without an Azure account.
///
/// Serves https with a certificate authority of its own. Point Terraform at it with the
/// variables that it prints. It keeps nothing: each start begins with the same world, the
/// resource group rg-ai with a network, an AI hub, its resources and a project.
#[derive(Debug, Parser)]
#[command(name = "azureai-emulator", version)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: String,

    /// File to write, once it answers, with everything a client needs to know, as JSON.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// File to write the authority's certificate to; by default in a temporary folder. Either is
    /// removed at exit.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Seconds that a long-running operation takes; with 0 it is finished at the first poll.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    operation_seconds: f64,

    /// Ask clients to wait 10 seconds between polls, as Azure does.
    #[arg(long)]
    real_retry_after: bool,

    /// Whose names to use: public, usgovernment or china.
    #[arg(long, value_name = "CLOUD", default_value = "public")]
    cloud: String,

    /// Write a line to standard error for each request.
    #[arg(long)]
    log: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(run(&arguments))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "azureai-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> io::Result<()> {
    // Before anything is made, so that nothing is left behind by an early signal.
    let asked_to_stop = asked_to_stop()?;
    let mut builder = Emulator::builder()
        .listen(&arguments.listen)
        .operation_seconds(arguments.operation_seconds)
        .real_retry_after(arguments.real_retry_after)
        .cloud(&arguments.cloud);
    if let Some(path) = &arguments.ca_file {
        builder = builder.ca_file(path);
    }
    if arguments.log {
        builder = builder.on_request(|request| {
            let _ = writeln!(io::stderr(), "{}", request.to_line());
        });
    }
    let emulator = builder.start().await?;
    let _ca = arguments.ca_file.clone().map(Made);
    let _ready = match &arguments.ready_file {
        Some(path) => Some(write_ready(path, &emulator)?),
        None => None,
    };
    banner(&emulator)?;
    asked_to_stop.await;
    emulator.stop().await
}

/// Ends at Ctrl+C or SIGTERM; both are watched from now on.
#[cfg(unix)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends at Ctrl+C, which is watched from now on.
#[cfg(windows)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// A file that goes when the program ends, however it ends.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Writes beside the file and renames, so that a reader never sees half of it.
fn write_ready(path: &Path, emulator: &Emulator) -> io::Result<Made> {
    let path = std::path::absolute(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{:#}", emulator.facts())?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(Made(path))
}

fn banner(emulator: &Emulator) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "azureai-emulator answers at {}", emulator.base)?;
    writeln!(out, "control API: {}\n", emulator.control)?;
    writeln!(out, "For terraform (azureai, azurerm, azapi):\n")?;
    for (name, value) in [
        ("SSL_CERT_FILE", emulator.ca.display().to_string()),
        ("ARM_METADATA_HOSTNAME", emulator.host.clone()),
        ("ARM_SUBSCRIPTION_ID", emulator.subscription.clone()),
        ("ARM_TENANT_ID", emulator.tenant.clone()),
        ("ARM_CLIENT_ID", emulator.client_id.clone()),
        ("ARM_CLIENT_SECRET", emulator.client_secret.clone()),
    ] {
        writeln!(out, "export {name}='{value}'")?;
    }
    writeln!(out, "\nCtrl+C stops it.")?;
    out.flush()
}
