//! Terraform's msgpack: the values in each call and response.

use super::CodecError;
use crate::path::Path;
use crate::ty::Type;
use crate::value::{Number, Value};
use rmp::Marker;
use rmp::decode::{self, RmpRead};
use std::collections::BTreeMap;

/// Maximum depth of nested dynamic values.
const MAX_DEPTH: usize = 100;

/// Decodes a value of type `ty`.
///
/// # Errors
///
/// Returns an error if the bytes are incomplete, continue after the value, or have another type.
pub fn from_msgpack(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    let mut rest = bytes;
    let value = read(&mut rest, ty, &Path::root())?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(CodecError::new(&Path::root(), "unexpected bytes after the value"))
    }
}

fn read(rest: &mut &[u8], ty: &Type, path: &Path) -> Result<Value, CodecError> {
    let marker = peek(rest, path)?;
    if marker == Marker::Null {
        *rest = &rest[1..];
        return Ok(Value::Null);
    }
    if is_extension(marker) {
        // Code 0 is unknown, and 12 is unknown with refinements. Treat all others as unknown too.
        let meta = decode::read_ext_meta(rest).map_err(|_| broken(path))?;
        take(rest, meta.size, path)?;
        return Ok(Value::Unknown);
    }
    match ty {
        Type::Bool => decode::read_bool(rest).map(Value::Bool).map_err(|_| wrong(path, "a bool")),
        Type::String => text(rest, path).map(Value::String),
        Type::Number => number(rest, marker, path).map(Value::Number),
        Type::Dynamic => dynamic(rest, path),
        Type::List(element) => elements(rest, element, path).map(Value::List),
        Type::Set(element) => elements(rest, element, path).map(Value::set),
        Type::Tuple(items) => tuple(rest, items, path),
        Type::Map(element) => entries(rest, path, |_| Some(element.as_ref())),
        Type::Object(attributes) => {
            let value = entries(rest, path, |key| attributes.get(key))?;
            match attributes
                .keys()
                .find(|name| value.as_map().is_none_or(|it| !it.contains_key(*name)))
            {
                Some(missing) => Err(wrong(path, &format!("an object with `{missing}`"))),
                None => Ok(value),
            }
        }
    }
}

fn peek(rest: &[u8], path: &Path) -> Result<Marker, CodecError> {
    rest.first().map(|byte| Marker::from_u8(*byte)).ok_or_else(|| broken(path))
}

fn is_extension(marker: Marker) -> bool {
    use Marker::{Ext8, Ext16, Ext32, FixExt1, FixExt2, FixExt4, FixExt8, FixExt16};
    matches!(marker, FixExt1 | FixExt2 | FixExt4 | FixExt8 | FixExt16 | Ext8 | Ext16 | Ext32)
}

fn take<'a>(rest: &mut &'a [u8], length: u32, path: &Path) -> Result<&'a [u8], CodecError> {
    let (taken, after) = usize::try_from(length)
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or_else(|| broken(path))?;
    *rest = after;
    Ok(taken)
}

fn text(rest: &mut &[u8], path: &Path) -> Result<String, CodecError> {
    let length = decode::read_str_len(rest).map_err(|_| wrong(path, "a string"))?;
    let bytes = take(rest, length, path)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| wrong(path, "text in UTF-8"))
}

fn number(rest: &mut &[u8], marker: Marker, path: &Path) -> Result<Number, CodecError> {
    let expected = || wrong(path, "a number");
    match marker {
        // Terraform sends a number as decimal text if no integer or float represents it exactly.
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
            text(rest, path)?.parse().map_err(|_| expected())
        }
        Marker::F32 => decode::read_f32(rest)
            .ok()
            .and_then(|float| Number::from_f64(float.into()))
            .ok_or_else(expected),
        Marker::F64 => decode::read_f64(rest).ok().and_then(Number::from_f64).ok_or_else(expected),
        Marker::U64 => {
            rest.read_u8().map_err(|_| broken(path))?;
            rest.read_data_u64().map(Number::from).map_err(|_| broken(path))
        }
        _ => decode::read_int::<i64, _>(rest).map(Number::from).map_err(|_| expected()),
    }
}

fn dynamic(rest: &mut &[u8], path: &Path) -> Result<Value, CodecError> {
    let expected = || wrong(path, "a value with its type");
    if !matches!(decode::read_array_len(rest), Ok(2)) {
        return Err(expected());
    }
    let length = decode::read_bin_len(rest).map_err(|_| expected())?;
    let description = take(rest, length, path)?;
    let ty = serde_json::from_slice(description)
        .ok()
        .and_then(|json| Type::from_json(&json).ok())
        .ok_or_else(expected)?;
    // A dynamic value may contain dynamic values, so hostile bytes could nest them endlessly.
    if path.steps().len() > MAX_DEPTH {
        return Err(wrong(path, "less depth"));
    }
    if ty == Type::Dynamic {
        return Err(expected());
    }
    let value = read(rest, &ty, path)?;
    Ok(Value::Dynamic(Box::new((ty, value))))
}

fn array(rest: &mut &[u8], path: &Path) -> Result<usize, CodecError> {
    let length = decode::read_array_len(rest).map_err(|_| wrong(path, "a list"))?;
    usize::try_from(length).map_err(|_| broken(path))
}

fn elements(rest: &mut &[u8], ty: &Type, path: &Path) -> Result<Vec<Value>, CodecError> {
    let length = array(rest, path)?;
    (0..length).map(|index| read(rest, ty, &path.index(index))).collect()
}

fn tuple(rest: &mut &[u8], items: &[Type], path: &Path) -> Result<Value, CodecError> {
    if array(rest, path)? != items.len() {
        return Err(wrong(path, &format!("a tuple of {} values", items.len())));
    }
    let read = |(index, ty)| read(rest, ty, &path.index(index));
    items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Value::List)
}

fn entries<'t>(
    rest: &mut &[u8],
    path: &Path,
    type_of: impl Fn(&str) -> Option<&'t Type>,
) -> Result<Value, CodecError> {
    let length = decode::read_map_len(rest).map_err(|_| wrong(path, "an object or a map"))?;
    let mut entries = BTreeMap::new();
    for _ in 0..length {
        let key = text(rest, path)?;
        let inner = path.attribute(&key);
        let ty = type_of(&key)
            .ok_or_else(|| CodecError::new(&inner, "the schema has no attribute with this name"))?;
        let value = read(rest, ty, &inner)?;
        entries.insert(key, value);
    }
    Ok(Value::Map(entries))
}

fn broken(path: &Path) -> CodecError {
    CodecError::new(path, "the msgpack bytes are incomplete or malformed")
}

fn wrong(path: &Path, expected: &str) -> CodecError {
    CodecError::new(path, format!("expected {expected}"))
}

/// Encodes a value of type `ty`.
pub fn to_msgpack(value: &Value, ty: &Type) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, value, ty);
    out
}

// Writing to a `Vec` cannot fail, so ignore the results of rmp's writers.
fn write(out: &mut Vec<u8>, value: &Value, ty: &Type) {
    match (value, ty) {
        (Value::Null, _) => drop(rmp::encode::write_nil(out)),
        (Value::Unknown, _) => out.extend_from_slice(&[0xd4, 0, 0]),
        (Value::Bool(truth), _) => drop(rmp::encode::write_bool(out, *truth)),
        (Value::String(text), _) => drop(rmp::encode::write_str(out, text)),
        (Value::Number(number), _) => write_number(out, number),
        (Value::Dynamic(inner), _) => {
            let (ty, value) = inner.as_ref();
            drop(rmp::encode::write_array_len(out, 2));
            drop(rmp::encode::write_bin(out, &ty.to_bytes()));
            write(out, value, ty);
        }
        (Value::List(elements), ty) => {
            drop(rmp::encode::write_array_len(out, length(elements.len())));
            for (index, element) in elements.iter().enumerate() {
                write(out, element, element_type(ty, index));
            }
        }
        (Value::Map(entries), ty) => {
            drop(rmp::encode::write_map_len(out, length(entries.len())));
            for (key, entry) in entries {
                drop(rmp::encode::write_str(out, key));
                write(out, entry, entry_type(ty, key));
            }
        }
    }
}

fn write_number(out: &mut Vec<u8>, number: &Number) {
    if let Some(integer) = number.as_i64() {
        drop(rmp::encode::write_sint(out, integer));
    } else if let Some(integer) = number.as_u64() {
        drop(rmp::encode::write_uint(out, integer));
    } else {
        // Never as a float, because Terraform would read 0.1 as the nearest binary fraction.
        drop(rmp::encode::write_str(out, &number.to_string()));
    }
}

fn length(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

fn element_type(ty: &Type, index: usize) -> &Type {
    match ty {
        Type::List(element) | Type::Set(element) => element,
        Type::Tuple(items) => items.get(index).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}

fn entry_type<'t>(ty: &'t Type, key: &str) -> &'t Type {
    match ty {
        Type::Map(element) => element,
        Type::Object(attributes) => attributes.get(key).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}
