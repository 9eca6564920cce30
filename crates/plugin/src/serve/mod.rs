//! Process of a provider: from the handshake line to a clean exit.
//!
//! Terraform starts a process for each phase and provider block, reads one line from its stdout,
//! connects to the socket in that line, and sends `Shutdown` at the end. `ending` handles all other
//! ends.

mod ending;
mod error;
mod handshake;
mod incoming;
mod lifecycle;
mod listener;
mod options;
mod services;
mod signals;
mod tls;

pub use error::ServeError;
pub use lifecycle::{Lifecycle, Stop};
pub use options::{Environment, GracePeriods, Options};

use crate::journal::Journal;
use crate::proto::tfplugin5::provider_server::Provider;
use ending::Ending;
use listener::Listener;
use signals::Signals;
use std::io::{self, Write};
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;
use tls::Identity;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Time for sending the last responses after the work is done.
const FAREWELL: Duration = Duration::from_millis(50);

/// Threads that serve calls. Calls wait for the network, so a few suffice, and few start quickly.
const WORKERS: usize = 2;

/// Runs the `main` of a provider: serves until Terraform is done, and returns the exit code.
///
/// `make` builds the provider. The [`Lifecycle`] tells the provider when to stop and tracks its
/// background work. Errors are written to stderr.
pub fn run<P: Provider>(options: &Options, make: impl FnOnce(Lifecycle) -> P) -> ExitCode {
    match start(options, make) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // If stderr is closed, nobody can receive the message.
            let _ = writeln!(io::stderr(), "{fault}");
            ExitCode::FAILURE
        }
    }
}

fn start<P: Provider>(
    options: &Options,
    make: impl FnOnce(Lifecycle) -> P,
) -> Result<(), ServeError> {
    let environment = Environment::read();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?;
    let served = runtime.block_on(serve(options, &environment, io::stdout(), make));
    // A name lookup may still block a thread, and cannot be canceled.
    runtime.shutdown_timeout(FAREWELL);
    served
}

/// Serves a provider until Terraform is done with it.
///
/// Writes the handshake line to `stdout`, or the line for `TF_REATTACH_PROVIDERS` in debug mode,
/// and nothing else.
///
/// # Errors
/// Returns a [`ServeError`] if the provider cannot be served.
pub async fn serve<P: Provider>(
    options: &Options,
    environment: &Environment,
    stdout: impl Write,
    make: impl FnOnce(Lifecycle) -> P,
) -> Result<(), ServeError> {
    if !options.debug && !handshake::invited(environment) {
        return Err(ServeError::NotInvited(options.name.clone()));
    }
    // Install the handlers before the line is written: an interrupt may follow at once.
    let signals = Signals::install()?;
    let mut listener = Listener::bind(environment).await?;
    // Hold the folder until this function returns.
    let _folder = listener.folder.take();
    let identity = identity(options, environment)?;
    announce(stdout, options, &listener, identity.as_ref())?;

    let lifecycle = lifecycle(options, environment);
    let shutdown = CancellationToken::new();
    let (connections, open) = watch::channel(0);
    let incoming = incoming::accept(listener, identity.map(|it| it.acceptor), connections);
    let router = services::router(make(lifecycle.clone()), &shutdown).await;
    let closing = shutdown.clone().cancelled_owned();
    let mut server = pin!(router.serve_with_incoming_shutdown(incoming, closing));

    let ending = Ending { options, lifecycle: &lifecycle, shutdown: &shutdown, open };
    let served = tokio::select! {
        ended = &mut server => Some(ended),
        () = ending.wait(signals) => None,
    };
    if shutdown.is_cancelled() && !lifecycle.stop.is_cancelled() {
        lifecycle.journal.close();
    }
    if let Some(ended) = served {
        return Ok(ended?);
    }
    shutdown.cancel();
    finish(server, &lifecycle, options.grace).await
}

fn lifecycle(options: &Options, environment: &Environment) -> Lifecycle {
    match &environment.data_folder {
        // In debug mode, the configurations are unknown.
        _ if options.debug => Lifecycle::reusable(),
        Some(folder) if options.journal => {
            let journal = Journal::at(folder, &options.name, &environment.state);
            Lifecycle { journal, ..Lifecycle::default() }
        }
        _ => Lifecycle::default(),
    }
}

/// Returns the certificates of this process, or `None` if the host uses plaintext, as it does when
/// it reattaches.
fn identity(options: &Options, environment: &Environment) -> Result<Option<Identity>, ServeError> {
    match &environment.client_certificate {
        Some(pem) if !options.debug => Identity::new(pem).map(Some),
        _ => Ok(None),
    }
}

fn announce(
    mut stdout: impl Write,
    options: &Options,
    listener: &Listener,
    identity: Option<&Identity>,
) -> io::Result<()> {
    let line = if options.debug {
        handshake::reattach(listener, options)
    } else {
        handshake::line(listener, identity)
    };
    stdout.write_all(line.as_bytes())?;
    stdout.flush()
}

/// Waits for work and responses, but not longer than the host does.
async fn finish(
    server: impl Future<Output = Result<(), tonic::transport::Error>>,
    lifecycle: &Lifecycle,
    grace: GracePeriods,
) -> Result<(), ServeError> {
    lifecycle.stop.cancel();
    let worked = CancellationToken::new();
    let work = async {
        // The host would kill the work that runs longer.
        let _ = timeout(grace.shutdown, lifecycle.idle()).await;
        worked.cancel();
    };
    let farewell = async {
        worked.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    };
    let server = async {
        tokio::select! {
            ended = server => ended,
            () = farewell => Ok(()),
        }
    };
    let ((), ended) = tokio::join!(work, server);
    Ok(ended?)
}
