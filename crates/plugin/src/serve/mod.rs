//! The life of a provider's process: from the handshake line to a clean exit.
//!
//! Terraform starts a process per phase and provider block, reads one line from its stdout,
//! connects to the socket that the line names, and says `Shutdown` in the end. What happens if it
//! does not come that far is decided in `ending`.

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

/// How long the last answers may take to leave, once the work behind them is done.
const FAREWELL: Duration = Duration::from_millis(50);

/// Threads that serve calls. Calls wait for the network, so few are enough, and few start fast.
const WORKERS: usize = 2;

/// The whole of a provider's `main`: serves until Terraform is done, and says how it went.
///
/// `make` builds the provider; the [`Lifecycle`] tells it when to stop, and gets its background
/// work. A fault is told on stderr.
pub fn run<P: Provider>(options: &Options, make: impl FnOnce(Lifecycle) -> P) -> ExitCode {
    match start(options, make) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // There is nobody left to tell if stderr is closed.
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
    // A name lookup may still block a thread, and cannot be told to stop.
    runtime.shutdown_timeout(FAREWELL);
    served
}

/// Serves a provider until Terraform is done with it.
///
/// The handshake line goes to `stdout`, in debug mode the line for `TF_REATTACH_PROVIDERS`; it is
/// all that is ever written there.
///
/// # Errors
/// Only what keeps the provider from being served: see [`ServeError`].
pub async fn serve<P: Provider>(
    options: &Options,
    environment: &Environment,
    stdout: impl Write,
    make: impl FnOnce(Lifecycle) -> P,
) -> Result<(), ServeError> {
    if !options.debug && !handshake::invited(environment) {
        return Err(ServeError::NotInvited(options.name.clone()));
    }
    // Before the line: an interrupt may come as soon as the host has read it.
    let signals = Signals::install()?;
    let mut listener = Listener::bind(environment).await?;
    // Held here, so that it is gone when this function has returned.
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
        // Whose configurations it will serve is not known.
        _ if options.debug => Lifecycle::reusable(),
        Some(folder) if options.journal => {
            let journal = Journal::at(folder, &options.name, &environment.state);
            Lifecycle { journal, ..Lifecycle::default() }
        }
        _ => Lifecycle::default(),
    }
}

/// The certificates for this process; none where the host speaks plaintext, which is always so
/// when it reattaches.
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

/// Lets work and answers come to their end, but not for longer than the host waits.
async fn finish(
    server: impl Future<Output = Result<(), tonic::transport::Error>>,
    lifecycle: &Lifecycle,
    grace: GracePeriods,
) -> Result<(), ServeError> {
    lifecycle.stop.cancel();
    let worked = CancellationToken::new();
    let work = async {
        // What has not ended by then, the host would kill.
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
