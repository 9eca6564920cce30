//! Decodes the responses of ARM.
//!
//! Null means the same as absent, and a value of another form is an error and never absent.

use azure::merge;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value as Json;

/// Returns the array at a JSON pointer of a response. Empty if the value is null or absent.
///
/// # Errors
///
/// A value of another type.
pub fn array<'j>(json: &'j Json, pointer: &str) -> serde_json::Result<&'j [Json]> {
    match json.pointer(pointer) {
        None | Some(Json::Null) => Ok(&[]),
        Some(Json::Array(array)) => Ok(array),
        Some(_) => Err(serde_json::Error::custom(format!("{pointer} is not an array"))),
    }
}

/// Decodes a part of a response. Null means the same as absent.
///
/// # Errors
///
/// A value of another type.
pub fn from_json<T: DeserializeOwned>(json: &Json) -> serde_json::Result<T> {
    let mut json = json.clone();
    merge::drop_nulls(&mut json);
    T::deserialize(json)
}
