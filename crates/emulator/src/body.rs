//! Request bodies: parsing, rejection, and conversion to resources.

use serde_json::{Map, Value, json};

use crate::arm_error::ArmError;
use crate::merge_patch;
use crate::resource_id::{ResourceId, same};
use crate::world::resource_type::WriteRequest;
use crate::world::type_info::TypeInfo;

/// Parses a body as a JSON object.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, ArmError> {
    if bytes.is_empty() {
        return Err(ArmError::bad("InvalidRequestContent", "The request body is missing."));
    }
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| ArmError::content(error.to_string()))?;
    if !value.is_object() {
        return Err(ArmError::content("The body is not a JSON object"));
    }
    Ok(value)
}

/// Renames properties to the type's spelling, if the type accepts any case.
pub(crate) fn recase(info: &TypeInfo, body: &mut Value) {
    let names: Vec<&str> = info.writable.iter().chain(info.read_only).copied().collect();
    if let Some(properties) = body.get_mut("properties").filter(|_| info.any_case) {
        *properties = recased(properties, &names);
    }
}

/// Returns an object with its names in the given spelling, if they differ only in case.
pub(crate) fn recased(value: &Value, names: &[&str]) -> Value {
    let Some(map) = value.as_object() else { return value.clone() };
    let spelled = |name: &String| {
        let known = names.iter().find(|known| known.eq_ignore_ascii_case(name));
        known.map_or_else(|| name.clone(), |known| (*known).to_owned())
    };
    Value::Object(map.iter().map(|(name, value)| (spelled(name), value.clone())).collect())
}

/// Returns the provider's error for a property that the type does not have.
pub(crate) fn unknown_member(info: &TypeInfo, path: &str) -> ArmError {
    let name = path.rsplit('.').next().unwrap_or(path);
    let resource_type = info.short();
    let text = format!(
        "Could not find member '{name}' on object of type '{resource_type}'. Path '{path}', line \
         1, position 1."
    );
    let error = match info.namespace() {
        "Microsoft.Network" => ArmError::format("InvalidJson", text),
        _ => ArmError::content(text),
    };
    error.unknown(path)
}

/// Removes the property at a path such as `properties.list[0].name` from a body.
pub(crate) fn remove_member(body: &mut Value, path: &str) -> bool {
    let pointer = path.replace('[', ".").replace(']', "");
    let (above, name) = pointer.rsplit_once('.').unwrap_or(("", &pointer));
    let above =
        if above.is_empty() { String::new() } else { format!("/{}", above.replace('.', "/")) };
    let holder = body.pointer_mut(&above).and_then(Value::as_object_mut);
    holder.is_some_and(|map| map.remove(name).is_some())
}

/// Returns the error for a value of the wrong JSON type.
pub(crate) fn wrong_type(info: &TypeInfo, path: &str, wanted: &str) -> ArmError {
    let text = format!("The value at path '{path}' is not {wanted}");
    match info.namespace() {
        "Microsoft.Network" => ArmError::format("InvalidJson", text),
        _ => ArmError::content(text),
    }
}

/// Refuses unknown properties of a nested object.
pub(crate) fn only_members(
    info: &TypeInfo,
    path: &str,
    value: &Value,
    names: &[&str],
) -> Result<(), ArmError> {
    match value {
        Value::Null => Ok(()),
        Value::Object(map) => match map.keys().find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(unknown_member(info, &format!("{path}.{name}"))),
            None => Ok(()),
        },
        _ => Err(wrong_type(info, path, "an object")),
    }
}

/// Returns the entries of an optional array.
pub(crate) fn items<'a>(
    info: &TypeInfo,
    path: &str,
    value: &'a Value,
) -> Result<&'a [Value], ArmError> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(list) => Ok(list),
        _ => Err(wrong_type(info, path, "an array")),
    }
}

/// Reads `{"id": ".."}` as the ID of a resource of one type.
pub(crate) fn reference(
    info: &TypeInfo,
    path: &str,
    value: &Value,
    resource_type: &str,
) -> Result<ResourceId, ArmError> {
    let text = value["id"].as_str().unwrap_or_default();
    ResourceId::parse(text).filter(|id| id.is_type(resource_type)).ok_or_else(|| {
        let message = format!(
            "Property id '{text}' at path '{path}.id' is invalid. Expect fully qualified \
             resource Id of type '{resource_type}' that starts with \
             '/subscriptions/{{subscriptionId}}'."
        );
        match info.namespace() {
            "Microsoft.Network" => ArmError::bad("LinkedInvalidPropertyId", message),
            _ => ArmError::bad("BadRequest", message),
        }
    })
}

/// Compares values without regard to the case of IDs, which can differ between requests and
/// answers.
pub(crate) fn same_value(left: &Value, right: &Value) -> bool {
    match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => same(left, right),
        _ => match (left["id"].as_str(), right["id"].as_str()) {
            (Some(left), Some(right)) => same(left, right),
            _ => left == right,
        },
    }
}

/// Builds the resource that a `PUT` requests: the client's writable values, and ARM's read-only
/// ones.
pub(crate) fn compose(info: &TypeInfo, write: &WriteRequest<'_>) -> Value {
    let mut next = Map::new();
    let stored = |name: &str| write.before.map_or(&Value::Null, |before| &before[name]);
    let id = stored("id").as_str().map_or_else(|| canonical(info, write.id), str::to_owned);
    let name = id.rsplit('/').next().unwrap_or_default().to_owned();
    next.insert("id".to_owned(), json!(id));
    next.insert("name".to_owned(), json!(name));
    next.insert("type".to_owned(), json!(info.name));
    for name in ["location", "kind", "sku", "identity", "extendedLocation", "zones", "systemData"] {
        let asked = &write.body[name];
        let kept = if asked.is_null() || name == "systemData" { stored(name) } else { asked };
        if !kept.is_null() {
            next.insert(name.to_owned(), kept.clone());
        }
    }
    if info.tags && write.body["tags"].is_object() {
        next.insert("tags".to_owned(), write.body["tags"].clone());
    }
    let mut properties = Map::new();
    let open = info.writable == ["*"];
    let own: Vec<&str> = match write.body["properties"].as_object().filter(|_| open) {
        Some(properties) => properties.keys().map(String::as_str).collect(),
        None => info.writable.to_vec(),
    };
    for name in own {
        let asked = write.property(name);
        let keep = asked.is_null() && info.immutable.contains(&name);
        let value = if keep { write.stored(name) } else { asked };
        if !value.is_null() {
            properties.insert(name.to_owned(), value.clone());
        }
    }
    for name in info.read_only.iter().filter(|name| !info.writable.contains(name)) {
        let kept = write.stored(name);
        if !kept.is_null() {
            properties.insert((*name).to_owned(), kept.clone());
        }
    }
    next.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(next)
}

/// Builds the resource after a `PATCH`.
pub(crate) fn patched(info: &TypeInfo, write: &WriteRequest<'_>) -> Value {
    let mut next = write.before.cloned().unwrap_or_default();
    // A `PATCH` replaces the map of tags (recorded of ten types).
    if write.body["tags"].is_object() {
        next["tags"] = write.body["tags"].clone();
    }
    for name in ["identity", "sku", "kind"] {
        if let Some(asked) = write.body.get(name) {
            merge_patch::merge(&mut next[name], asked);
        }
    }
    for (name, asked) in write.body["properties"].as_object().into_iter().flatten() {
        if info.takes(name) {
            let change = json!({ name: asked });
            merge_patch::merge(&mut next["properties"], &change);
        }
    }
    next
}

/// Merges two tags whose names differ only in case. The name keeps the existing case, or the case
/// of the first one.
pub(crate) fn settle_tags(before: Option<&Value>, next: &mut Value) {
    // Indexing a mutable `Value` inserts the member, and a resource without tags must stay so.
    let asked = next.get_mut("tags").and_then(Value::as_object_mut).map(std::mem::take);
    let Some(asked) = asked else { return };
    let there = before.and_then(|before| before["tags"].as_object());
    let mut settled = Map::new();
    for (name, value) in asked {
        let known = settled.keys().chain(there.into_iter().flat_map(Map::keys));
        let known = known.into_iter().find(|known| same(known, &name)).cloned();
        settled.insert(known.unwrap_or(name), value);
    }
    next["tags"] = Value::Object(settled);
}

/// Returns the ID with the types in Azure's case and the names as the client spelled them.
fn canonical(info: &TypeInfo, id: &ResourceId) -> String {
    let mut id = id.clone();
    id.namespace = Some(info.namespace().to_owned());
    id.types = info.name.split('/').skip(1).map(str::to_owned).collect();
    id.to_string()
}
