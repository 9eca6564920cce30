//! Connections: accepts, authenticates, and counts them, and passes them to tonic as a stream.

use super::listener::{Listener, Transport};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

/// Time limit of a TLS handshake. The host needs milliseconds.
const TLS_DEADLINE: Duration = Duration::from_secs(30);

/// Pause after a failed accept, which usually means that file handles are exhausted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until the returned stream is dropped, which also drops the listener. `open`
/// holds the number of open connections.
pub(super) fn accept(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    open: watch::Sender<usize>,
) -> ReceiverStream<io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = sender.closed() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                // In a task of its own, so that a silent peer does not block others.
                Ok(stream) => {
                    tokio::spawn(welcome(stream, tls.clone(), sender.clone(), open.clone()));
                }
                Err(fault) => {
                    tracing::warn!(%fault, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
}

async fn welcome(
    stream: Box<dyn Transport>,
    tls: Option<TlsAcceptor>,
    sender: mpsc::Sender<io::Result<Connection>>,
    open: watch::Sender<usize>,
) {
    match secure(stream, tls).await {
        // Only a server that is ending has no receiver.
        Ok(stream) => drop(sender.send(Ok(Connection::new(stream, open))).await),
        Err(fault) => tracing::warn!(%fault, "a connection was refused"),
    }
}

async fn secure(
    stream: Box<dyn Transport>,
    tls: Option<TlsAcceptor>,
) -> io::Result<Box<dyn Transport>> {
    match tls {
        None => Ok(stream),
        Some(tls) => {
            let secured = tokio::time::timeout(TLS_DEADLINE, tls.accept(stream)).await??;
            Ok(Box::new(secured))
        }
    }
}

/// Connection of the host. It counts as open until it is dropped.
pub(super) struct Connection {
    stream: Box<dyn Transport>,
    open: watch::Sender<usize>,
}

impl Connection {
    fn new(stream: Box<dyn Transport>, open: watch::Sender<usize>) -> Self {
        open.send_modify(|count| *count += 1);
        Self { stream, open }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.open.send_modify(|count| *count -= 1);
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
