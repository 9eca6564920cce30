//! JSON as Terraform stores state: numbers of any length, and objects that may omit attributes.

use super::CodecError;
use crate::path::Path;
use crate::ty::Type;
use crate::value::Value;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Decodes a value of type `ty`. Omitted attributes are null.
///
/// # Errors
///
/// Returns an error if the text is not JSON or the value has another type.
pub fn from_json(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    let json: Json = serde_json::from_slice(bytes).map_err(not_json)?;
    read(&json, ty, &Path::root())
}

fn not_json(fault: serde_json::Error) -> CodecError {
    let message = format!("not JSON: {fault}");
    CodecError { source: Some(Arc::new(fault)), ..CodecError::new(&Path::root(), message) }
}

fn read(json: &Json, ty: &Type, path: &Path) -> Result<Value, CodecError> {
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
        // Like Terraform, accept strings, numbers, and Booleans for each other in stored state.
        (Type::Bool, Json::String(text)) if text == "true" || text == "false" => {
            Ok(Value::Bool(text == "true"))
        }
        (Type::String, Json::String(text)) => Ok(Value::String(text.clone())),
        (Type::String, Json::Bool(truth)) => Ok(Value::String(truth.to_string())),
        (Type::String, Json::Number(number)) => Ok(Value::String(number.to_string())),
        (Type::Number, Json::Number(number)) => parse_number(&number.to_string(), path),
        (Type::Number, Json::String(text)) => parse_number(text, path),
        (Type::Dynamic, Json::Object(entries)) => dynamic(entries, path),
        (Type::List(element), Json::Array(items)) => list(items, element, path).map(Value::List),
        (Type::Set(element), Json::Array(items)) => list(items, element, path).map(Value::set),
        (Type::Tuple(types), Json::Array(items)) if types.len() == items.len() => {
            let pairs = items.iter().zip(types).enumerate();
            pairs
                .map(|(index, (item, ty))| read(item, ty, &path.index(index)))
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        (Type::Map(element), Json::Object(entries)) => {
            let read = |(key, entry): (&String, _)| {
                Ok((key.clone(), read(entry, element, &path.key(key))?))
            };
            entries.iter().map(read).collect::<Result<_, _>>().map(Value::Map)
        }
        (Type::Object(attributes), Json::Object(entries)) => object(entries, attributes, path),
        _ => Err(CodecError::new(path, format!("expected a value of type {}", ty.to_json()))),
    }
}

fn parse_number(text: &str, path: &Path) -> Result<Value, CodecError> {
    text.parse().map(Value::Number).map_err(|_| CodecError::new(path, "expected a number"))
}

fn list(items: &[Json], element: &Type, path: &Path) -> Result<Vec<Value>, CodecError> {
    let read = |(index, item)| read(item, element, &path.index(index));
    items.iter().enumerate().map(read).collect()
}

fn dynamic(entries: &serde_json::Map<String, Json>, path: &Path) -> Result<Value, CodecError> {
    let ty = entries
        .get("type")
        .and_then(|json| Type::from_json(json).ok())
        .ok_or_else(|| CodecError::new(path, "expected a value with its type"))?;
    let value = read(entries.get("value").unwrap_or(&Json::Null), &ty, path)?;
    Ok(Value::Dynamic(Box::new((ty, value))))
}

fn object(
    entries: &serde_json::Map<String, Json>,
    attributes: &std::collections::BTreeMap<String, Type>,
    path: &Path,
) -> Result<Value, CodecError> {
    if let Some(unknown) = entries.keys().find(|key| !attributes.contains_key(*key)) {
        let fault = "the schema has no attribute with this name";
        return Err(CodecError::new(&path.attribute(unknown), fault));
    }
    let read = |(name, ty): (&String, _)| {
        let entry = entries.get(name).unwrap_or(&Json::Null);
        Ok((name.clone(), read(entry, ty, &path.attribute(name))?))
    };
    attributes.iter().map(read).collect::<Result<_, _>>().map(Value::Map)
}

/// Encodes a value of type `ty`. Unknown values become null, because JSON has no form for them.
pub fn to_json(value: &Value, ty: &Type) -> Json {
    match (value, ty) {
        (Value::Null | Value::Unknown, _) => Json::Null,
        (Value::Bool(truth), _) => json!(truth),
        (Value::String(text), _) => json!(text),
        (Value::Number(number), _) => number.to_string().parse().map_or(Json::Null, Json::Number),
        (Value::Dynamic(inner), _) => {
            json!({"type": inner.0.to_json(), "value": to_json(&inner.1, &inner.0)})
        }
        (Value::List(elements), Type::Tuple(types)) => {
            elements.iter().zip(types).map(|(element, ty)| to_json(element, ty)).collect()
        }
        (Value::List(elements), Type::List(ty) | Type::Set(ty)) => {
            elements.iter().map(|element| to_json(element, ty)).collect()
        }
        (Value::Map(entries), Type::Map(ty)) => {
            entries.iter().map(|(key, entry)| (key.clone(), to_json(entry, ty))).collect()
        }
        (Value::Map(entries), Type::Object(types)) => {
            let json = |(key, ty): (&String, _)| {
                (key.clone(), entries.get(key).map_or(Json::Null, |entry| to_json(entry, ty)))
            };
            types.iter().map(json).collect()
        }
        (Value::List(_) | Value::Map(_), _) => Json::Null,
    }
}
