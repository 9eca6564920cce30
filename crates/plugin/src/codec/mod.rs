//! Codecs of values: msgpack in calls, JSON in stored state.
//!
//! Decoding follows the schema's type, because the bytes alone do not distinguish a number sent as
//! text from a string, or a list from a set.

mod json;
mod msgpack;
#[cfg(test)]
pub(crate) mod properties;

use crate::path::Path;
use crate::proto::tfplugin5::DynamicValue;
use crate::ty::Type;
use crate::value::Value;
use std::sync::Arc;
use thiserror::Error;

pub use json::{from_json, to_json};
pub use msgpack::{from_msgpack, to_msgpack};

/// Error of bytes that are not a value of the expected type.
#[derive(Clone, Debug, Error)]
#[error("{}{message}", at(path))]
pub struct CodecError {
    /// Path in the value.
    pub path: Path,
    /// Description of the error.
    pub message: String,
    /// Error of the JSON parser, if the text is not JSON.
    pub source: Option<Arc<serde_json::Error>>,
}

/// Ignores the source, whose text is part of the message.
impl PartialEq for CodecError {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.message) == (&other.path, &other.message)
    }
}

impl Eq for CodecError {}

fn at(path: &Path) -> String {
    if path.steps().is_empty() { String::new() } else { format!("{path}: ") }
}

impl CodecError {
    fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.clone(), message: message.into(), source: None }
    }
}

/// Decodes a value of a message. An absent or empty value is null.
///
/// # Errors
///
/// Returns an error if the bytes are not a value of type `ty`.
pub fn decode(dynamic: Option<&DynamicValue>, ty: &Type) -> Result<Value, CodecError> {
    match dynamic {
        Some(dynamic) if !dynamic.msgpack.is_empty() => from_msgpack(&dynamic.msgpack, ty),
        Some(dynamic) if !dynamic.json.is_empty() => from_json(&dynamic.json, ty),
        _ => Ok(Value::Null),
    }
}

/// Encodes a value for a message.
pub fn encode(value: &Value, ty: &Type) -> DynamicValue {
    DynamicValue { msgpack: to_msgpack(value, ty), json: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Number;

    fn sample() -> (Value, Type) {
        let ty = Type::object([
            ("any", Type::Dynamic),
            ("flag", Type::Bool),
            ("items", Type::list(Type::object([("n", Type::Number)]))),
            ("labels", Type::map(Type::String)),
            ("pair", Type::Tuple(vec![Type::String, Type::Number])),
            ("set", Type::set(Type::String)),
        ]);
        let number = |text: &str| Value::Number(text.parse().unwrap());
        let value = Value::map([
            ("any", Value::Dynamic(Box::new((Type::Number, number("0.1"))))),
            ("flag", true.into()),
            ("items", Value::List(vec![Value::map([("n", number("1e20"))])])),
            ("labels", Value::map([("a", "é🙂".into()), ("b", Value::Null)])),
            ("pair", Value::List(vec!["x".into(), Value::from(-1)])),
            ("set", Value::set(vec!["b".into(), "a".into(), "b".into()])),
        ]);
        (value, ty)
    }

    #[test]
    fn both_codecs_return_the_encoded_value() {
        let (value, ty) = sample();
        assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value.clone()));
        assert_eq!(from_json(to_json(&value, &ty).to_string().as_bytes(), &ty), Ok(value));
    }

    /// Returns a dynamic value that contains a dynamic value, `depth` times.
    fn nested(depth: usize) -> Value {
        let ty = Type::Tuple(vec![Type::Dynamic]);
        (0..depth).fold(Value::Null, |inner, _| {
            Value::Dynamic(Box::new((ty.clone(), Value::List(vec![inner]))))
        })
    }

    /// The fuzz targets `msgpack` and `json` found depths that neither codec could decode.
    #[test]
    fn a_value_that_is_nested_too_deeply_is_refused() {
        let read = |depth| {
            let value = nested(depth);
            let json = to_json(&value, &Type::Dynamic).to_string();
            let read = [
                from_msgpack(&to_msgpack(&value, &Type::Dynamic), &Type::Dynamic),
                from_json(json.as_bytes(), &Type::Dynamic),
            ];
            (value, read)
        };
        let (value, [msgpack, json]) = read(40);
        assert_eq!((msgpack, json), (Ok(value.clone()), Ok(value)));
        let (_, [msgpack, json]) = read(200);
        assert!(msgpack.unwrap_err().message.contains("depth"));
        assert!(json.unwrap_err().message.contains("recursion limit"));
    }

    #[test]
    fn every_prefix_of_a_message_is_refused_without_a_panic() {
        let (value, ty) = sample();
        let bytes = to_msgpack(&value, &ty);
        for length in 0..bytes.len() {
            assert!(from_msgpack(&bytes[..length], &ty).is_err(), "{length} bytes");
        }
    }

    /// These bytes were captured from Terraform 1.11.
    #[test]
    fn captured_messages_are_decoded() {
        let check = |hex: &str, ty: &Type, value: Value| {
            let bytes: Vec<u8> = (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap())
                .collect();
            assert_eq!(from_msgpack(&bytes, ty), Ok(value), "{hex}");
        };
        check("d40000", &Type::String, Value::Unknown);
        check("c7030c8101c2", &Type::String, Value::Unknown);
        check("c7070c8201c202a2782d", &Type::String, Value::Unknown);
        check("c7070c8201c2039200c3", &Type::Number, Value::Unknown);
        check("cc80", &Type::Number, 128.into());
        check("cf7fffffffffffffff", &Type::Number, i64::MAX.into());
        check("d38000000000000000", &Type::Number, i64::MIN.into());
        check("a3302e31", &Type::Number, Value::Number("0.1".parse().unwrap()));
        let half = Value::Number(Number::from_f64(0.5).unwrap());
        check("cb3fe0000000000000", &Type::Number, half);
        let one = Value::Dynamic(Box::new((Type::Number, 1.into())));
        check("92c408226e756d6265722201", &Type::Dynamic, one);
        check("92c40822737472696e6722d40000", &Type::Dynamic, {
            Value::Dynamic(Box::new((Type::String, Value::Unknown)))
        });
        check("c0", &Type::Dynamic, Value::Null);
    }

    #[test]
    fn errors_contain_the_path() {
        let ty = Type::object([("a", Type::list(Type::Number))]);
        let wrong = Value::map([("a", Value::List(vec![1.into(), "x".into()]))]);
        let bytes = to_msgpack(&wrong, &Type::object([("a", Type::list(Type::String))]));
        let error = from_msgpack(&bytes, &ty).unwrap_err();
        assert_eq!(error.path.to_string(), "a[1]");
        let error = from_json(br#"{"a":[true]}"#, &ty).unwrap_err();
        assert_eq!(error.path.to_string(), "a[0]");
    }
}
