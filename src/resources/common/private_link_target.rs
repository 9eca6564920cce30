//! The private link children of a resource, for data sources about the resource.

use crate::client::decode::from_json;
use crate::engine::prelude::*;
use crate::private_link::services::service_of;
use serde::de::DeserializeOwned;

/// The attribute with the ID of the resource.
pub const TARGET: &str = "target_resource_id";

/// Returns the resource's children of a type.
///
/// # Errors
///
/// Returns an error if the resource does not exist, if Azure rejects the request, or if the answer
/// has an unknown form.
pub fn children<T: DeserializeOwned>(
    reader: &Reader,
    id: &ResourceId,
    api_version: &'static str,
    child: &'static str,
) -> Result<Vec<T>, Diagnostic> {
    let name = service_of(id).map_or("", |service| service.arm_type.name);
    let ty = ObjectType { name, api_version, label: "resource" };
    let list =
        |id: &ResourceId, _: &_| vec![Related::children(child, id.clone(), api_version, child)];
    let object = ty.read(reader, id.clone(), list);
    let object = object.map_err(|fault| fault.at(Path::of(TARGET)))?;
    let listed = object.related.get(child).map(from_json::<Vec<T>>).transpose();
    Ok(listed.map_err(|fault| ty.unreadable(&fault))?.unwrap_or_default())
}
