//! The members that ARM puts around the properties of every object.

use serde::{Deserialize, Serialize};

/// Body of an object.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Envelope<T> {
    /// ID, written only by ARM.
    #[serde(skip_serializing)]
    pub id: String,
    /// Name, written only by ARM.
    #[serde(skip_serializing)]
    pub name: String,
    /// Type, written only by ARM.
    #[serde(rename = "type", skip_serializing)]
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
