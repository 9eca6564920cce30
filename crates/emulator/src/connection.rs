//! A client's connection, which ends if the client is too slow, and can be reset by a fault.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

/// Time limits of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Limit from a request's first byte to the end of its headers, for a TLS handshake, and for a
    /// body.
    pub(crate) request: Duration,
    /// Limit without a request, and for an answer that the client does not read.
    pub(crate) idle: Duration,
}

impl Default for Patience {
    /// The idle limit is longer than the 90 seconds for which Go's clients keep an unused
    /// connection.
    fn default() -> Self {
        Self { request: Duration::from_secs(30), idle: Duration::from_secs(120) }
    }
}

/// Handle to a connection while the server answers a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionSwitch {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    cut: AtomicBool,
    /// Number of requests whose answers have begun, and number of finished answers.
    begun: AtomicUsize,
    answered: AtomicUsize,
    /// Task that waits for data.
    reader: AtomicWaker,
    /// Counts how often all written data was sent.
    flushes: watch::Sender<u64>,
}

/// Marks a request as being answered, which suspends the time limits, until it is dropped.
pub(crate) struct Answering(Arc<State>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered.fetch_add(1, Ordering::SeqCst);
        // The server does not poll the connection again until data arrives.
        self.0.reader.wake();
    }
}

impl ConnectionSwitch {
    /// Cuts the connection: every read and write fails from now on, so that the server drops it and
    /// the client receives a TCP reset.
    pub(crate) fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
    }

    /// Marks a request as being answered.
    pub(crate) fn answering(&self) -> Answering {
        self.state.begun.fetch_add(1, Ordering::SeqCst);
        Answering(self.state.clone())
    }

    /// Waits until data that is written from now on has been sent.
    pub(crate) async fn flushed(&self) {
        let mut flushes = self.state.flushes.subscribe();
        // Fails only if the connection no longer exists.
        let _ = flushes.changed().await;
    }

    fn is_cut(&self) -> bool {
        self.state.cut.load(Ordering::SeqCst)
    }

    fn check(&self) -> io::Result<()> {
        if self.is_cut() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }

    fn answered(&self) -> usize {
        self.state.answered.load(Ordering::SeqCst)
    }

    fn is_answering(&self) -> bool {
        self.state.begun.load(Ordering::SeqCst) > self.answered()
    }
}

/// Time at which the connection ends, unless data arrives first.
type Limit = Option<Pin<Box<Sleep>>>;

/// TLS stream with a switch that cuts it.
pub(crate) struct TlsConnection {
    stream: TlsStream<TcpStream>,
    switch: ConnectionSwitch,
    patience: Patience,
    /// Number of answered requests at the last poll.
    answered: usize,
    /// `true` if part of another request has arrived since.
    begun: bool,
    reading: Limit,
    writing: Limit,
}

impl TlsConnection {
    /// Wraps a stream whose handshake is done.
    pub(crate) fn new(stream: TlsStream<TcpStream>, patience: Patience) -> Self {
        let switch = ConnectionSwitch::default();
        let (reading, writing) = (None, None);
        Self { stream, switch, patience, answered: 0, begun: false, reading, writing }
    }

    /// Returns the switch of the connection.
    pub(crate) fn switch(&self) -> &ConnectionSwitch {
        &self.switch
    }
}

/// Returns an error once the limit has passed, which starts at the first poll.
fn wait(limit: &mut Limit, span: Duration, cx: &mut Context<'_>) -> io::Result<()> {
    let limit = limit.get_or_insert_with(|| Box::pin(sleep(span)));
    match limit.as_mut().poll(cx) {
        Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
        Poll::Pending => Ok(()),
    }
}

impl AsyncRead for TlsConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.switch.check()?;
        let polled = Pin::new(&mut this.stream).poll_read(cx, buf);
        if this.answered != this.switch.answered() {
            (this.answered, this.begun, this.reading) = (this.switch.answered(), false, None);
        }
        if this.switch.is_answering() {
            this.reading = None;
            return polled;
        }
        if polled.is_ready() && !this.begun {
            // From here on, the time limit of a request applies.
            (this.begun, this.reading) = (true, None);
        }
        if polled.is_pending() {
            this.switch.state.reader.register(cx.waker());
            let Patience { request, idle } = this.patience;
            wait(&mut this.reading, if this.begun { request } else { idle }, cx)?;
        }
        polled
    }
}

impl AsyncWrite for TlsConnection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        this.switch.check()?;
        let polled = Pin::new(&mut this.stream).poll_write(cx, buf);
        match polled.is_pending() {
            true => wait(&mut this.writing, this.patience.idle, cx)?,
            false => this.writing = None,
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.switch.check()?;
        let polled = Pin::new(&mut this.stream).poll_flush(cx);
        match polled.is_pending() {
            true => wait(&mut this.writing, this.patience.idle, cx)?,
            false => {
                this.writing = None;
                this.switch.state.flushes.send_modify(|count| *count = count.wrapping_add(1));
            }
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.switch.check()?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Drop for TlsConnection {
    fn drop(&mut self) {
        if self.switch.is_cut() {
            // With a zero linger time, closing the connection sends a reset.
            let _ = self.stream.get_ref().0.set_zero_linger();
        }
    }
}
