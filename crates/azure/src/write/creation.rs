//! What a create is given, what it tells on the way, and what comes of it.

use super::ownership::Ownership;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::id::ResourceId;
use crate::operation::OperationUrl;
use serde_json::Value as Json;

/// What is made.
pub struct Creation<'a> {
    /// Its ID.
    pub id: &'a ResourceId,
    /// The API version that is spoken with it.
    pub api: &'a str,
    /// What is sent.
    pub body: &'a Json,
    /// If `true`, ARM refuses an existing object by `If-None-Match: *`.
    pub conditional: bool,
    /// If `true`, ARM answers 200 to the create of something new as well: then only the look before
    /// it tells that there was nothing.
    pub answers_200: bool,
    /// Composes what is sent over an object of ours that its operation left failed. An error means
    /// that the object as it is cannot be understood.
    pub over: &'a (dyn Fn(&Json) -> Result<Json, Error> + Sync),
    /// Tells whether an object is exactly what is sent, with nothing else in it.
    pub matches: &'a (dyn Fn(&Json) -> bool + Sync),
    /// What an earlier run has done. Without one, the caller has looked and found nothing.
    pub previous_run: PreviousRun,
    /// Told what must not be forgotten, as soon as it is known.
    pub on_event: &'a (dyn Fn(CreateEvent<'_>) + Sync),
}

/// What an earlier run is known to have done, which was ended before it came to its own end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PreviousRun {
    /// Nothing.
    #[default]
    None,
    /// It found nothing there, and may have sent the create.
    Sent,
    /// ARM accepted the create. This address reports the state of its operation.
    Operation(OperationUrl),
}

/// What is known of an object while it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateEvent<'a> {
    /// ARM has accepted the create, and tells at this address what becomes of it.
    OperationStarted(&'a OperationUrl),
    /// The object is there, and ours.
    Owned,
}

/// An object that was made.
#[derive(Clone, Debug)]
pub struct Created {
    /// It as ARM shows it; null while ARM does not, or does not let it be read.
    pub body: Json,
    /// If `true`, this run has sent something; otherwise an earlier one made the object.
    pub sent: bool,
}

/// Why there is no new object, and who owns the one that there may be.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct CreateError {
    /// What is wrong; of [`ErrorKind::AlreadyExists`] where there is one of somebody else's.
    pub error: Error,
    /// Who owns the object that is there.
    pub ownership: Ownership,
}
