//! The members that ARM puts around the properties of every object.

use serde::Deserialize;

/// Body of an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Envelope<T> {
    /// ID of the object.
    pub id: String,
    /// Name of the object.
    pub name: String,
    /// Type of the object.
    #[serde(rename = "type")]
    pub ty: String,
    /// Properties of the object.
    pub properties: T,
}

/// A reference to another object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// ID of the object.
    pub id: String,
    /// Name of the object.
    pub name: String,
}
