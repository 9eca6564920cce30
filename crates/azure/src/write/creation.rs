//! Input, events, and results of a create.

use super::ownership::Ownership;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::id::ResourceId;
use crate::operation::OperationUrl;
use serde_json::Value as Json;

/// Object to create.
pub struct Creation<'a> {
    /// ID of the object.
    pub id: &'a ResourceId,
    /// API version of the requests.
    pub api: &'a str,
    /// Body to send.
    pub body: &'a Json,
    /// If `true`, ARM supports `If-None-Match: *` and refuses to overwrite an existing object.
    pub conditional: bool,
    /// If `true`, ARM may answer the create of a new object with 200. In this case, only the read
    /// before it proves that the object did not exist.
    pub answers_200: bool,
    /// Returns the body to send over an object of this run whose operation failed. Returns an error
    /// if the object cannot be decoded.
    pub over: &'a (dyn Fn(&Json) -> Result<Json, Error> + Sync),
    /// Returns `true` if an object equals the body to send and contains nothing else.
    pub matches: &'a (dyn Fn(&Json) -> bool + Sync),
    /// State of an earlier run. Without an earlier run, the caller has read and found nothing.
    pub previous_run: PreviousRun,
    /// Receives events that must be recorded as soon as they occur.
    pub on_event: &'a (dyn Fn(CreateEvent<'_>) + Sync),
}

/// State of an earlier run that ended before its create did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PreviousRun {
    /// No earlier run.
    #[default]
    None,
    /// The earlier run found no object, and may have sent the create.
    Sent,
    /// ARM accepted the create. This URL reports the state of its operation.
    Operation(OperationUrl),
}

/// Event during a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateEvent<'a> {
    /// ARM has accepted the create and reports its state at this URL.
    OperationStarted(&'a OperationUrl),
    /// The object exists and belongs to this run.
    Owned,
}

/// A created object.
#[derive(Clone, Debug)]
pub struct Created {
    /// Body of the object, or null if ARM does not return it yet.
    pub body: Json,
    /// If `true`, this run sent the create. Otherwise an earlier run created the object.
    pub sent: bool,
}

/// Error of a create, and the owner of an object that may exist.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct CreateError {
    /// Cause of the failure. The kind is [`ErrorKind::AlreadyExists`] if another client owns the
    /// object.
    pub error: Error,
    /// Owner of the object.
    pub ownership: Ownership,
}
