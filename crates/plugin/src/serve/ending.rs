//! When the process ends: on `Shutdown`, on a signal, or when nobody is there any more.
//!
//! Signals are treated as a provider must: SIGINT reaches the whole process group on Ctrl-C, and
//! a provider that died of it would lose the object it is creating; Terraform itself asks by
//! `Stop`. SIGTERM means `Stop` while a host is connected, since a host that got it too is
//! waiting for the answers of running calls.

use super::lifecycle::Lifecycle;
use super::options::Options;
use super::signals::{Signal, Signals};
use std::future;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What decides about the end.
pub(super) struct Ending<'a> {
    pub(super) options: &'a Options,
    pub(super) lifecycle: &'a Lifecycle,
    pub(super) shutdown: &'a CancellationToken,
    pub(super) open: watch::Receiver<usize>,
}

impl Ending<'_> {
    /// Completes when the process should end.
    pub(super) async fn wait(&self, mut signals: Signals) {
        // After SIGTERM nothing is worth waiting for once the host is gone.
        let hurry = CancellationToken::new();
        let mut abandoned = std::pin::pin!(self.abandoned(&hurry));
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return tracing::debug!("asked to shut down"),
                () = &mut abandoned => return tracing::info!("nobody is connected any more"),
                signal = signals.next() => match signal {
                    Signal::Interrupt if !self.options.debug => {}
                    Signal::Terminate if !self.options.debug && *self.open.borrow() > 0 => {
                        tracing::info!("asked to terminate: running calls are told to stop");
                        self.lifecycle.stop.cancel();
                        hurry.cancel();
                    }
                    _ => return,
                },
            }
        }
    }

    /// Completes when the host is gone and the work it left behind is done.
    async fn abandoned(&self, hurry: &CancellationToken) {
        if self.options.debug {
            return future::pending().await;
        }
        let mut open = self.open.clone();
        let mut grace = self.options.grace.connect;
        loop {
            let arrival = timeout(grace, open.wait_for(|count| *count > 0));
            let arrived = tokio::select! {
                arrived = arrival => arrived.is_ok(),
                () = hurry.cancelled() => *self.open.borrow() > 0,
            };
            if !arrived {
                // Nobody hears the answers of calls still running, so they may as well end.
                self.lifecycle.stop.cancel();
                return self.lifecycle.idle().await;
            }
            // The sender lives as long as connections can come.
            let _ = open.wait_for(|count| *count == 0).await;
            grace = self.options.grace.reconnect;
        }
    }
}
