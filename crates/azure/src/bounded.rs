//! Bodies of answers, in bounds: a service that sends without end must not fill the memory.

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};

/// Why a body is of no use.
pub(crate) enum Spoilt<E> {
    /// The connection ended in it.
    Torn(E),
    /// It is larger than it may be.
    TooLarge,
}

/// The whole body, if it has so many bytes at most.
pub(crate) async fn whole<E>(
    stream: impl Stream<Item = Result<Bytes, E>>,
    most: usize,
) -> Result<Bytes, Spoilt<E>> {
    let mut stream = std::pin::pin!(stream);
    let mut body = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(Spoilt::Torn)?;
        if body.len() + chunk.len() > most {
            return Err(Spoilt::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
