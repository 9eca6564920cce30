//! The emulator as a program.

mod arguments;
mod banner;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser as _;
use emulator::{Builder, Emulator, Policy};

use arguments::{Arguments, Format};

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
    // Signals are watched before the first file is written, so that each file is removed.
    let asked_to_stop = asked_to_stop()?;
    let mut builder = Emulator::builder()
        .listen(&arguments.listen)
        .operation_seconds(arguments.operation_seconds)
        .real_retry_after(arguments.real_retry_after)
        .cloud(&arguments.cloud)
        .loose(arguments.loose);
    builder = races(builder, arguments);
    if !arguments.no_agent_roles {
        builder = builder.policy(Policy::agent_roles()).policy(Policy::agent_data_role());
    }
    for other in &arguments.other_subscription {
        let (id, tenant) =
            other.split_once('@').map_or((&**other, None), |(id, it)| (id, Some(it)));
        builder = builder.other_subscription(id, tenant);
    }
    for host in &arguments.host {
        builder = builder.host(host);
    }
    if let Some(address) = &arguments.page {
        builder = builder.page(address);
    }
    if let Some(address) = &arguments.bootstrap {
        builder = builder.bootstrap(address);
    }
    if let Some(path) = &arguments.ca_file {
        builder = builder.ca_file(path);
    }
    if let Some(path) = &arguments.world {
        builder = builder.world_file(path);
    }
    if let Some(path) = &arguments.state {
        builder = builder.state_file(path);
    }
    if arguments.log {
        let format = arguments.log_format;
        builder = builder.on_request(move |request| {
            let line = match format {
                Format::Text => request.to_line(),
                Format::Json => request.to_json().to_string(),
            };
            let _ = writeln!(io::stderr(), "{line}");
        });
    }
    let emulator = builder.start().await?;
    let _ca = arguments.ca_file.clone().map(Made);
    let _ready = match &arguments.ready_file {
        Some(path) => Some(write_ready(path, &emulator)?),
        None => None,
    };
    banner::print(&emulator)?;
    asked_to_stop.await;
    emulator.stop().await
}

/// Sets the delays of Foundry.
fn races(mut builder: Builder, arguments: &Arguments) -> Builder {
    if let Some(seconds) = arguments.foundry_races {
        builder = builder.foundry_races(seconds);
    }
    for (order, seconds) in [
        (
            Builder::account_race_seconds as fn(Builder, f64) -> Builder,
            arguments.account_race_seconds,
        ),
        (Builder::link_release_seconds, arguments.link_release_seconds),
        (Builder::host_seconds, arguments.host_seconds),
        (Builder::role_seconds, arguments.role_seconds),
        (Builder::rule_seconds, arguments.rule_seconds),
    ] {
        if let Some(seconds) = seconds {
            builder = order(builder, seconds);
        }
    }
    builder
        .account_race_in_operation(arguments.account_race_in_operation)
        .host_roles(arguments.host_roles)
        .host_rules(arguments.host_rules)
}

/// Watches Ctrl+C and SIGTERM from now on. The future ends at the first of them.
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

/// Watches Ctrl+C from now on. The future ends at the first one.
#[cfg(windows)]
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// A file that is removed when the program ends, also after an error.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Writes the ready file under another name and renames it, so that no reader sees a part of it.
fn write_ready(path: &Path, emulator: &Emulator) -> io::Result<Made> {
    let path = std::path::absolute(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{:#}", emulator.facts())?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(Made(path))
}
