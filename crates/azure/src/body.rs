//! Bodies of answers, in bounds: a service that sends without end must not fill the memory.
//!
//! `http_body_util::Limited` does the same for an `http_body::Body`. azure_core hands out a stream,
//! which would have to be wrapped in frames, and the error be found by a downcast: more code.

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};

/// Why a body is of no use.
pub(crate) enum BodyError<E> {
    /// The connection ended in it.
    Interrupted(E),
    /// It is larger than it may be.
    TooLarge,
}

/// Reads a whole body, if it has so many bytes at most.
pub(crate) async fn read_body<E>(
    stream: impl Stream<Item = Result<Bytes, E>>,
    most: usize,
) -> Result<Bytes, BodyError<E>> {
    let mut stream = std::pin::pin!(stream);
    let mut body = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(BodyError::Interrupted)?;
        if body.len() + chunk.len() > most {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
