//! Parts of ARM bodies that many types share.

use crate::config::tags::Tags;
use plugin::diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Body of a resource with a location and tags.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tracked<P> {
    /// Region. Sent only if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Tags. `None` removes all tags.
    pub tags: Option<Tags>,
    /// Edge zone in the region, for the few types that support one.
    #[serde(rename = "extendedLocation", skip_serializing_if = "Option::is_none")]
    pub extended_location: Option<ExtendedLocation>,
    /// Properties of the type.
    pub properties: P,
}

/// Edge zone of a region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExtendedLocation {
    /// Name of the edge zone.
    pub name: String,
    /// Type of the location: `EdgeZone`.
    pub r#type: String,
}

/// Body of a resource that has only properties.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Plain<P> {
    /// Properties of the type.
    pub properties: P,
}

/// Reference to another resource.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// ID of the resource.
    pub id: String,
}

impl From<&str> for Reference {
    fn from(id: &str) -> Self {
        Self { id: id.to_owned() }
    }
}

/// Returns a body as JSON, as it is sent.
///
/// # Errors
///
/// Returns an error if the type cannot be represented as JSON, which is a bug.
pub(crate) fn to_json(body: &impl Serialize) -> Result<Json, Diagnostic> {
    serde_json::to_value(body).map_err(|fault| {
        let detail = format!("{fault}. Report this as a bug.");
        Diagnostic::error("The request cannot be encoded", detail)
    })
}
