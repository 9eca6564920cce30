//! Reading the answers of ARM.
//!
//! Null and absent are one, and what is of another form is an error, never nothing.

use azure::merge;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value as Json;

/// The array at this JSON pointer of an answer of ARM; empty where there is null or nothing.
///
/// # Errors
///
/// When there is something else.
pub fn array<'j>(json: &'j Json, pointer: &str) -> serde_json::Result<&'j [Json]> {
    match json.pointer(pointer) {
        None | Some(Json::Null) => Ok(&[]),
        Some(Json::Array(array)) => Ok(array),
        Some(_) => Err(serde_json::Error::custom(format!("{pointer} is not an array"))),
    }
}

/// Part of an answer of ARM in its wire type. Null and absent are one.
///
/// # Errors
///
/// When the answer is not of that type.
pub fn from_json<T: DeserializeOwned>(json: &Json) -> serde_json::Result<T> {
    let mut json = json.clone();
    merge::drop_nulls(&mut json);
    T::deserialize(json)
}
