//! Result of a read.

use crate::client::decode::from_json;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::sync::Arc;

/// Result of a read.
#[derive(Clone, Debug)]
pub enum Read<T> {
    /// Not read yet.
    Pending,
    /// The object does not exist.
    Absent,
    /// The object cannot be read.
    Hidden(Arc<Error>),
    /// The object.
    Found(T),
}

impl<T> Read<T> {
    /// Applies a function to the found value.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Read<U> {
        self.and_then(|it| Ok(make(it)))
    }

    /// Applies a function to the found value. An error of the function means that the value cannot
    /// be read.
    fn and_then<U>(self, make: impl FnOnce(T) -> Result<U, Error>) -> Read<U> {
        match self {
            Self::Pending => Read::Pending,
            Self::Absent => Read::Absent,
            Self::Hidden(error) => Read::Hidden(error),
            Self::Found(it) => match make(it) {
                Ok(it) => Read::Found(it),
                Err(error) => Read::Hidden(Arc::new(error)),
            },
        }
    }

    /// Returns the found value, if there is one.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Found(it) => Some(it),
            Self::Pending | Self::Absent | Self::Hidden(_) => None,
        }
    }

    /// Returns the found value, if there is one.
    pub fn as_found(&self) -> Option<&T> {
        match self {
            Self::Found(it) => Some(it),
            Self::Pending | Self::Absent | Self::Hidden(_) => None,
        }
    }

    /// Returns the error of an object that cannot be read.
    pub fn hidden(&self) -> Option<&Arc<Error>> {
        match self {
            Self::Hidden(error) => Some(error),
            Self::Pending | Self::Absent | Self::Found(_) => None,
        }
    }

    /// Returns `true` if the object has not been read yet.
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Pending)
    }
}

impl<T: Copy> Read<T> {
    /// Returns the found value, if there is one.
    pub fn value(&self) -> Option<T> {
        self.as_found().copied()
    }
}

impl Read<&Json> {
    /// Decodes the body of the object with this ID. A body of another form counts as unreadable.
    pub fn decode<T: DeserializeOwned>(self, id: &ResourceId) -> Read<T> {
        self.and_then(|body| decoded(id, body))
    }
}

impl Read<&[Json]> {
    /// Decodes the children of the object with this ID. A body of another form counts as
    /// unreadable.
    pub fn decode_each<T: DeserializeOwned>(self, id: &ResourceId) -> Read<Vec<T>> {
        self.and_then(|list| list.iter().map(|body| decoded(id, body)).collect())
    }
}

/// Returns the resource ID at a value of a body, if the value is one.
pub fn id_at(value: &Json) -> Option<ResourceId> {
    ResourceId::parse(value.as_str()?).ok()
}

fn decoded<T: DeserializeOwned>(id: &ResourceId, body: &Json) -> Result<T, Error> {
    from_json(body).map_err(|fault| {
        let text = format!("Azure returned an unexpected response for {id}: {fault}");
        Error::new(ErrorKind::Decode, text)
    })
}
