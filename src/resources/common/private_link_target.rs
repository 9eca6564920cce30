//! What a resource behind private link lists, for data sources that are about such a resource.

use crate::assessment::reader::Reader;
use crate::client::decode::from_json;
use crate::engine::data_source::ObjectType;
use crate::engine::related::Related;
use crate::private_link::services::service_of;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde::de::DeserializeOwned;

/// The attribute that names the resource.
pub const TARGET: &str = "target_resource_id";

/// The children of a type of the resource, in their wire type.
///
/// # Errors
///
/// When Azure does not have the resource, refuses to tell, or answers in another form.
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
