//! What is known of something that is asked for.

use crate::client::decode::from_json;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::sync::Arc;

/// What is known of something that is asked for.
#[derive(Clone, Debug)]
pub enum Read<T> {
    /// It has not been read yet.
    Pending,
    /// Azure does not have it.
    Absent,
    /// It cannot be read.
    Hidden(Arc<Error>),
    /// It.
    Found(T),
}

impl<T> Read<T> {
    /// Applies a function to what is found.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Read<U> {
        match self {
            Self::Pending => Read::Pending,
            Self::Absent => Read::Absent,
            Self::Hidden(error) => Read::Hidden(error),
            Self::Found(it) => Read::Found(make(it)),
        }
    }

    /// Applies a function to what is found, whose error means that it cannot be read.
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

    /// What is found, if it is.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Found(it) => Some(it),
            Self::Pending | Self::Absent | Self::Hidden(_) => None,
        }
    }

    /// What is found, if it is.
    pub fn as_found(&self) -> Option<&T> {
        match self {
            Self::Found(it) => Some(it),
            Self::Pending | Self::Absent | Self::Hidden(_) => None,
        }
    }

    /// Why it cannot be read, where it cannot.
    pub fn hidden(&self) -> Option<&Arc<Error>> {
        match self {
            Self::Hidden(error) => Some(error),
            Self::Pending | Self::Absent | Self::Found(_) => None,
        }
    }

    /// Whether it has not been read yet.
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Pending)
    }
}

impl<T: Copy> Read<T> {
    /// What is found, if it is.
    pub fn value(&self) -> Option<T> {
        self.as_found().copied()
    }
}

impl Read<&Json> {
    /// The object with that ID in its wire type. What is of another form cannot be read.
    pub fn decode<T: DeserializeOwned>(self, id: &ResourceId) -> Read<T> {
        self.and_then(|body| decoded(id, body))
    }
}

impl Read<&[Json]> {
    /// The children of the object with that ID in their wire type. What is of another form cannot
    /// be read.
    pub fn decode_each<T: DeserializeOwned>(self, id: &ResourceId) -> Read<Vec<T>> {
        self.and_then(|list| list.iter().map(|body| decoded(id, body)).collect())
    }
}

fn decoded<T: DeserializeOwned>(id: &ResourceId, body: &Json) -> Result<T, Error> {
    from_json(body).map_err(|fault| {
        let text = format!("Azure's answer for {id} is of another form: {fault}");
        Error::new(ErrorKind::Decode, text)
    })
}
