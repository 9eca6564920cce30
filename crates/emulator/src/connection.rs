//! One connection of a client: it ends when it is slow, and is cut off to order.

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

/// How long a connection may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// From a request's first byte to the end of its headers; for a TLS handshake; for a body.
    pub(crate) request: Duration,
    /// Without a request, and for an answer that the client does not read.
    pub(crate) idle: Duration,
}

impl Default for Patience {
    /// Longer than Go's clients keep a connection that they do not use (90 seconds).
    fn default() -> Self {
        Self { request: Duration::from_secs(30), idle: Duration::from_secs(120) }
    }
}

/// What the server knows of a connection while it answers a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionSwitch {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    cut: AtomicBool,
    /// How many requests have begun to be answered, and how many have been.
    begun: AtomicUsize,
    answered: AtomicUsize,
    /// Who waits for something to read.
    reader: AtomicWaker,
    /// Counts how often all that was written has been sent.
    flushes: watch::Sender<u64>,
}

/// While it lives, a request is being answered, which may take its time.
pub(crate) struct Answering(Arc<State>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered.fetch_add(1, Ordering::SeqCst);
        // The server need not look at the connection again before it can be read.
        self.0.reader.wake();
    }
}

impl ConnectionSwitch {
    /// Cuts the connection: every read and write fails from now on, which makes the server drop it,
    /// and the client is sent a TCP reset.
    pub(crate) fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
    }

    /// Says that a request is being answered.
    pub(crate) fn answering(&self) -> Answering {
        self.state.begun.fetch_add(1, Ordering::SeqCst);
        Answering(self.state.clone())
    }

    /// Waits until something that is written from now on has been sent.
    pub(crate) async fn flushed(&self) {
        let mut flushes = self.state.flushes.subscribe();
        // It fails only when the connection is gone.
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

/// A point in time at which the connection ends unless something comes first.
type Limit = Option<Pin<Box<Sleep>>>;

/// A TLS stream with the switch in its line.
pub(crate) struct TlsConnection {
    stream: TlsStream<TcpStream>,
    switch: ConnectionSwitch,
    patience: Patience,
    /// How many requests had been answered at the last look.
    answered: usize,
    /// Whether part of another one has come since.
    begun: bool,
    reading: Limit,
    writing: Limit,
}

impl TlsConnection {
    /// A connection whose handshake is done.
    pub(crate) fn new(stream: TlsStream<TcpStream>, patience: Patience) -> Self {
        let switch = ConnectionSwitch::default();
        let (reading, writing) = (None, None);
        Self { stream, switch, patience, answered: 0, begun: false, reading, writing }
    }

    /// Its switch.
    pub(crate) fn switch(&self) -> &ConnectionSwitch {
        &self.switch
    }
}

/// An error once a limit is reached that begins with the first look.
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
            // From now on it is a request that must come to its end.
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
            // Without lingering, the end of a connection is a reset.
            let _ = self.stream.get_ref().0.set_zero_linger();
        }
    }
}
