//! End of the process: on `Shutdown`, on a signal, or when the host has disconnected.
//!
//! On Ctrl-C, the whole process group receives SIGINT. A provider that died of it would lose the
//! object that it is creating, and Terraform asks it to stop with `Stop`. So SIGINT is ignored.
//! SIGTERM equals `Stop` while a host is connected, because a host that received it too waits for
//! the responses of running calls.

use super::lifecycle::Lifecycle;
use super::options::Options;
use super::signals::{Signal, Signals};
use std::future;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Inputs to the decision when to end.
pub(super) struct Ending<'a> {
    pub(super) options: &'a Options,
    pub(super) lifecycle: &'a Lifecycle,
    pub(super) shutdown: &'a CancellationToken,
    pub(super) open: watch::Receiver<usize>,
}

impl Ending<'_> {
    /// Completes when the process should end.
    pub(super) async fn wait(&self, mut signals: Signals) {
        // After SIGTERM, end as soon as the host has disconnected.
        let hurry = CancellationToken::new();
        let mut abandoned = std::pin::pin!(self.abandoned(&hurry));
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return tracing::debug!("asked to shut down"),
                () = &mut abandoned => return tracing::info!("the host has disconnected"),
                signal = signals.next() => match signal {
                    Signal::Interrupt if !self.options.debug => {}
                    Signal::Terminate if !self.options.debug && *self.open.borrow() > 0 => {
                        tracing::info!("received SIGTERM: asking running calls to stop");
                        self.lifecycle.stop.cancel();
                        hurry.cancel();
                    }
                    _ => return,
                },
            }
        }
    }

    /// Completes when the host has disconnected and its remaining work is done.
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
                // Nobody receives the responses of running calls, so ask them to stop.
                self.lifecycle.stop.cancel();
                return self.lifecycle.idle().await;
            }
            // The sender lives as long as connections can be accepted.
            let _ = open.wait_for(|count| *count == 0).await;
            grace = self.options.grace.reconnect;
        }
    }
}
