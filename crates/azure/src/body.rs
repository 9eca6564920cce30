//! Response bodies with a size limit, so that an endless response cannot exhaust the memory.
//!
//! `http_body_util::Limited` limits an `http_body::Body`. azure_core returns a stream, which would
//! need a wrapper into frames and a downcast of the error: more code than this module.

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};

/// Reason why a body could not be read.
pub(crate) enum BodyError<E> {
    /// The connection ended before the end of the body.
    Interrupted(E),
    /// The body exceeds the limit.
    TooLarge,
}

/// Reads a whole body of at most `most` bytes.
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
