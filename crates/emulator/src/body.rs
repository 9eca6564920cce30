//! Request bodies: what may stand in them, and how they become resources.

use serde_json::{Map, Value, json};

use crate::error::ArmError;
use crate::id::{ResourceId, same, same_location};
use crate::kinds::facts::{Facts, Location};
use crate::kinds::{Write, nested};

/// Top-level names that clients send back from a `GET`; ARM ignores them.
const ECHOED: [&str; 5] = ["id", "name", "type", "etag", "systemData"];

/// Reads a body as a JSON object.
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

/// Refuses names that the type does not have, and values of the wrong JSON type.
pub(crate) fn check(facts: &Facts, write: &Write<'_>) -> Result<(), ArmError> {
    check_top(facts, write)?;
    nested::check(facts, write.body, "")?;
    let properties = &write.body["properties"];
    match properties {
        Value::Null => return Ok(()),
        Value::Object(_) => {}
        _ => return Err(mistyped(facts, "properties", "an object")),
    }
    for (name, _) in properties.as_object().into_iter().flatten() {
        let name = name.as_str();
        if facts.writable.contains(&name) {
            continue;
        }
        if !facts.read_only.contains(&name) {
            return Err(unknown(facts, &format!("properties.{name}")));
        }
    }
    Ok(())
}

fn check_top(facts: &Facts, write: &Write<'_>) -> Result<(), ArmError> {
    for (name, value) in write.body.as_object().into_iter().flatten() {
        let known = match name.as_str() {
            "properties" => true,
            // Children without a location or tags still get them sent back by some clients.
            "tags" => facts.tags || value.is_null(),
            "location" => facts.location != Location::None || value.is_null(),
            name => ECHOED.contains(&name) || facts.top.contains(&name),
        };
        if !known {
            let text = format!(
                "Could not find member '{name}' on object of type 'ResourceDefinition'. \
                 Path '{name}', line 1, position 1."
            );
            return Err(ArmError::content(text).unknown(name));
        }
    }
    let tags = &write.body["tags"];
    let entries = tags.as_object().into_iter().flatten();
    let all_text = entries.into_iter().all(|(_, value)| value.is_string() || value.is_null());
    if !(tags.is_null() || tags.is_object() && all_text) {
        return Err(mistyped(facts, "tags", "an object of strings"));
    }
    for name in ["location", "kind"] {
        if !(write.body[name].is_null() || write.body[name].is_string()) {
            return Err(mistyped(facts, name, "a string"));
        }
    }
    Ok(())
}

/// The refusal of a name that the type does not have, in the provider's words.
pub(crate) fn unknown(facts: &Facts, path: &str) -> ArmError {
    let name = path.rsplit('.').next().unwrap_or(path);
    let kind = facts.short();
    let text = format!(
        "Could not find member '{name}' on object of type '{kind}'. Path '{path}', line 1, \
         position 1."
    );
    let error = match facts.namespace() {
        "Microsoft.Network" => ArmError::format("InvalidJson", text),
        _ => ArmError::content(text),
    };
    error.unknown(path)
}

/// Takes the name at a path such as `properties.list[0].name` out of a body.
pub(crate) fn drop_name(body: &mut Value, path: &str) -> bool {
    let pointer = path.replace('[', ".").replace(']', "");
    let (above, name) = pointer.rsplit_once('.').unwrap_or(("", &pointer));
    let above =
        if above.is_empty() { String::new() } else { format!("/{}", above.replace('.', "/")) };
    let holder = body.pointer_mut(&above).and_then(Value::as_object_mut);
    holder.is_some_and(|map| map.remove(name).is_some())
}

/// The refusal of a value of the wrong JSON type.
pub(crate) fn mistyped(facts: &Facts, path: &str, wanted: &str) -> ArmError {
    let text = format!("The value at path '{path}' is not {wanted}");
    match facts.namespace() {
        "Microsoft.Network" => ArmError::format("InvalidJson", text),
        _ => ArmError::content(text),
    }
}

/// Refuses names that a nested object does not have.
pub(crate) fn only(
    facts: &Facts,
    path: &str,
    value: &Value,
    names: &[&str],
) -> Result<(), ArmError> {
    match value {
        Value::Null => Ok(()),
        Value::Object(map) => match map.keys().find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(unknown(facts, &format!("{path}.{name}"))),
            None => Ok(()),
        },
        _ => Err(mistyped(facts, path, "an object")),
    }
}

/// The entries of an array that may be absent.
pub(crate) fn items<'a>(
    facts: &Facts,
    path: &str,
    value: &'a Value,
) -> Result<&'a [Value], ArmError> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(list) => Ok(list),
        _ => Err(mistyped(facts, path, "an array")),
    }
}

/// Reads `{"id": ".."}` as the ID of a resource of one type.
pub(crate) fn reference(
    facts: &Facts,
    path: &str,
    value: &Value,
    kind: &str,
) -> Result<ResourceId, ArmError> {
    let text = value["id"].as_str().unwrap_or_default();
    ResourceId::parse(text).filter(|id| id.kind().eq_ignore_ascii_case(kind)).ok_or_else(|| {
        let message = format!(
            "Property id '{text}' at path '{path}.id' is invalid. Expect fully qualified \
             resource Id of type '{kind}' that starts with '/subscriptions/{{subscriptionId}}'."
        );
        match facts.namespace() {
            "Microsoft.Network" => ArmError::bad("LinkedInvalidPropertyId", message),
            _ => ArmError::bad("BadRequest", message),
        }
    })
}

/// Refuses a missing or moved location.
pub(crate) fn check_location(facts: &Facts, write: &Write<'_>) -> Result<(), ArmError> {
    let asked = write.body["location"].as_str();
    let stored = write.before.and_then(|before| before["location"].as_str());
    if let (Some(asked), Some(stored)) = (asked, stored)
        && !same_location(asked, stored)
    {
        let name = write.id.name();
        let text = format!(
            "The resource '{name}' already exists in location '{stored}' in resource group '{}'. \
             A resource with the same name cannot be created in location '{asked}'. Please \
             select a new resource name.",
            write.id.group.as_deref().unwrap_or_default()
        );
        return Err(ArmError::new(409, "InvalidResourceLocation", text));
    }
    match (facts.location, asked) {
        (Location::Region | Location::Global, None) if !write.patch && stored.is_none() => {
            let text = "The location property is required for this definition.";
            Err(ArmError::bad("LocationRequired", text))
        }
        (Location::Global, Some(asked)) if !same_location(asked, "global") => {
            let text = format!(
                "The provided location '{asked}' is not available for resource type '{}'. List \
                 of available regions for the resource type is 'global'.",
                facts.name
            );
            Err(ArmError::bad("LocationNotAvailableForResourceType", text))
        }
        _ => Ok(()),
    }
}

/// Refuses a change of what cannot change.
pub(crate) fn check_immutable(facts: &Facts, write: &Write<'_>) -> Result<(), ArmError> {
    for name in facts.immutable {
        let (asked, stored) = (write.property(name), write.stored(name));
        if asked.is_null() || stored.is_null() || alike(asked, stored) {
            continue;
        }
        let text = format!("Changing property '{name}' is not allowed once it is set.");
        let mut error = ArmError::bad("PropertyChangeNotAllowed", text);
        error.target = Some(format!("properties.{name}").into());
        return Err(error);
    }
    Ok(())
}

/// Equality that ignores the casing of IDs, which differ between what is sent and what is shown.
pub(crate) fn alike(left: &Value, right: &Value) -> bool {
    match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => same(left, right),
        _ => match (left["id"].as_str(), right["id"].as_str()) {
            (Some(left), Some(right)) => same(left, right),
            _ => left == right,
        },
    }
}

/// The resource that a `PUT` asks for: its own writable values, ARM's read-only ones.
pub(crate) fn compose(facts: &Facts, write: &Write<'_>) -> Value {
    let mut next = Map::new();
    let stored = |name: &str| write.before.map_or(&Value::Null, |before| &before[name]);
    let id = stored("id").as_str().map_or_else(|| canonical(facts, write.id), str::to_owned);
    let name = id.rsplit('/').next().unwrap_or_default().to_owned();
    next.insert("id".to_owned(), json!(id));
    next.insert("name".to_owned(), json!(name));
    next.insert("type".to_owned(), json!(facts.name));
    for name in ["location", "kind", "sku", "identity", "extendedLocation", "zones", "systemData"] {
        let asked = &write.body[name];
        let kept = if asked.is_null() || name == "systemData" { stored(name) } else { asked };
        if !kept.is_null() {
            next.insert(name.to_owned(), kept.clone());
        }
    }
    if facts.tags && write.body["tags"].is_object() {
        next.insert("tags".to_owned(), write.body["tags"].clone());
    }
    let mut properties = Map::new();
    for name in facts.writable {
        let asked = write.property(name);
        let keep = asked.is_null() && facts.immutable.contains(name);
        let value = if keep { write.stored(name) } else { asked };
        if !value.is_null() {
            properties.insert((*name).to_owned(), value.clone());
        }
    }
    for name in facts.read_only.iter().filter(|name| !facts.writable.contains(name)) {
        let kept = write.stored(name);
        if !kept.is_null() {
            properties.insert((*name).to_owned(), kept.clone());
        }
    }
    next.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(next)
}

/// The resource after a `PATCH`.
pub(crate) fn patched(facts: &Facts, write: &Write<'_>) -> Value {
    let mut next = write.before.cloned().unwrap_or_default();
    for name in ["tags", "identity", "sku", "kind"] {
        if let Some(asked) = write.body.get(name) {
            merge(&mut next[name], asked);
        }
    }
    for (name, asked) in write.body["properties"].as_object().into_iter().flatten() {
        if facts.writable.contains(&name.as_str()) {
            let change = json!({ name: asked });
            merge(&mut next["properties"], &change);
        }
    }
    next
}

/// RFC 7396: objects are merged, null removes, all else replaces.
pub(crate) fn merge(target: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(map) = target else { return };
    for (name, value) in change {
        if value.is_null() {
            map.remove(name);
        } else {
            merge(map.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// The ID with the types in Azure's casing and the names as the client spelt them.
fn canonical(facts: &Facts, id: &ResourceId) -> String {
    let mut id = id.clone();
    id.namespace = Some(facts.namespace().to_owned());
    id.types = facts.name.split('/').skip(1).map(str::to_owned).collect();
    id.to_string()
}
