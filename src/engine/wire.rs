//! Pieces of ARM bodies that many types share.

use crate::config::tags::Tags;
use plugin::diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The body of a resource that has a location and tags.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tracked<P> {
    /// Region; sent only where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Tags; without any they are removed.
    pub tags: Option<Tags>,
    /// The edge zone in the region, for the few types that can live in one.
    #[serde(rename = "extendedLocation", skip_serializing_if = "Option::is_none")]
    pub extended_location: Option<ExtendedLocation>,
    /// What is particular to the type.
    pub properties: P,
}

/// An edge zone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExtendedLocation {
    /// Its name.
    pub name: String,
    /// `EdgeZone`.
    pub r#type: String,
}

/// The body of a resource that has properties only.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Plain<P> {
    /// What is particular to the type.
    pub properties: P,
}

/// A reference to another resource.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// Its ID.
    pub id: String,
}

impl From<&str> for Reference {
    fn from(id: &str) -> Self {
        Self { id: id.to_owned() }
    }
}

/// A body as it is sent.
///
/// # Errors
///
/// Never for the wire types here; a type that cannot be JSON is a bug.
pub(crate) fn to_json(body: &impl Serialize) -> Result<Json, Diagnostic> {
    serde_json::to_value(body).map_err(|fault| {
        Diagnostic::error("The request cannot be written", format!("{fault}. Please report this."))
    })
}
