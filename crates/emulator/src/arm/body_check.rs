//! Checks of a request's body: known property names, JSON types, the location, and immutable
//! properties.

use serde_json::Value;

use crate::arm_error::ArmError;
use crate::body::{same_value, unknown_member, wrong_type};
use crate::resource_id::same_location;
use crate::resource_types::schema;
use crate::world::resource_type::WriteRequest;
use crate::world::type_info::{Location, TypeInfo};

/// Top-level names that clients send back from a `GET`. ARM ignores them.
const ECHOED: [&str; 5] = ["id", "name", "type", "etag", "systemData"];

/// Refuses unknown properties, and values of the wrong JSON type.
pub(crate) fn check(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    check_top(info, write)?;
    schema::check(info, write.body, "")?;
    let properties = &write.body["properties"];
    match properties {
        Value::Null => return Ok(()),
        Value::Object(_) => {}
        _ => return Err(wrong_type(info, "properties", "an object")),
    }
    for (name, _) in properties.as_object().into_iter().flatten() {
        let name = name.as_str();
        if info.takes(name) {
            continue;
        }
        if !info.read_only.contains(&name) {
            return Err(unknown_member(info, &format!("properties.{name}")));
        }
    }
    Ok(())
}

fn check_top(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    for (name, value) in write.body.as_object().into_iter().flatten() {
        let known = match name.as_str() {
            "properties" => true,
            // Some clients send null for children that have no location or tags.
            "tags" => info.tags || value.is_null(),
            "location" => info.location != Location::None || value.is_null(),
            name => ECHOED.contains(&name) || info.top.contains(&name),
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
        return Err(wrong_type(info, "tags", "an object of strings"));
    }
    for name in ["location", "kind"] {
        if !(write.body[name].is_null() || write.body[name].is_string()) {
            return Err(wrong_type(info, name, "a string"));
        }
    }
    Ok(())
}

/// Refuses a missing or changed location.
pub(crate) fn check_location(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
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
    match (info.location, asked) {
        (Location::Region | Location::Global, None) if !write.patch && stored.is_none() => {
            let text = "The location property is required for this definition.";
            Err(ArmError::bad("LocationRequired", text))
        }
        (Location::Global, Some(asked)) if !same_location(asked, "global") => {
            let text = format!(
                "The provided location '{asked}' is not available for resource type '{}'. List \
                 of available regions for the resource type is 'global'.",
                info.name
            );
            Err(ArmError::bad("LocationNotAvailableForResourceType", text))
        }
        _ => Ok(()),
    }
}

/// Refuses a change of an immutable property.
pub(crate) fn check_immutable(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    for name in info.immutable {
        let (asked, stored) = (write.property(name), write.stored(name));
        if asked.is_null() || stored.is_null() || same_value(asked, stored) {
            continue;
        }
        let text = format!("Changing property '{name}' is not allowed once it is set.");
        let mut error = ArmError::bad("PropertyChangeNotAllowed", text);
        error.target = Some(format!("properties.{name}").into());
        return Err(error);
    }
    Ok(())
}

/// Refuses an unknown value of the flag for public network access.
pub(crate) fn check_flag(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let (Some(flag), asked) = (info.flag, write.property("publicNetworkAccess")) else {
        return Ok(());
    };
    if asked.is_null() {
        return Ok(());
    }
    let Some(text) = asked.as_str() else {
        return Err(wrong_type(info, "properties.publicNetworkAccess", "a string"));
    };
    let equal = |known: &&str| {
        if flag.exact { **known == *text } else { known.eq_ignore_ascii_case(text) }
    };
    if flag.values.is_empty() || flag.values.iter().any(equal) {
        return Ok(());
    }
    let message = format!(
        "Error converting value \"{text}\" to type 'PublicNetworkAccess'. Path \
         'properties.publicNetworkAccess'. The accepted values are {}.",
        flag.values.join(", ")
    );
    Err(ArmError::content(message))
}
