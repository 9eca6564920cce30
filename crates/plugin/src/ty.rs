//! Terraform's types, and their JSON form on the wire.

use crate::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use thiserror::Error;

/// Type of Terraform's type system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`: a decimal number of any precision.
    Number,
    /// `string`
    String,
    /// `any`: the value carries its type.
    Dynamic,
    /// `list(T)`
    List(Box<Type>),
    /// `set(T)`
    Set(Box<Type>),
    /// `map(T)`
    Map(Box<Type>),
    /// `tuple([T, ..])`
    Tuple(Vec<Type>),
    /// `object({a = T, ..})`
    Object(BTreeMap<String, Type>),
}

/// Error of a JSON value that does not describe a type.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0} does not describe a type of Terraform")]
pub struct UnknownType(pub String);

impl Type {
    /// `list(element)`
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// `set(element)`
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// `map(element)`
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// `object({..})`
    pub fn object<'a>(attributes: impl IntoIterator<Item = (&'a str, Type)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect())
    }

    /// Returns the empty or zero value.
    pub fn zero(&self) -> Value {
        match self {
            Self::Bool => Value::Bool(false),
            Self::Number => Value::from(0),
            Self::String => Value::from(""),
            Self::Dynamic => Value::Null,
            Self::List(_) | Self::Set(_) => Value::List(Vec::new()),
            Self::Map(_) => Value::map([]),
            Self::Tuple(items) => Value::List(items.iter().map(Self::zero).collect()),
            Self::Object(attributes) => {
                Value::map(attributes.iter().map(|(name, ty)| (name.as_str(), ty.zero())))
            }
        }
    }

    /// Returns the JSON form of schemas and dynamic values.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(items) => {
                json!(["tuple", items.iter().map(Self::to_json).collect::<Vec<_>>()])
            }
            Self::Object(attributes) => {
                let attributes = attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json()));
                json!(["object", attributes.collect::<serde_json::Map<_, _>>()])
            }
        }
    }

    /// Returns [`Type::to_json`] as the bytes of a message.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_json().to_string().into_bytes()
    }

    /// Decodes a type from its JSON form.
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON does not describe a type of Terraform.
    pub fn from_json(json: &Json) -> Result<Self, UnknownType> {
        let unknown = || UnknownType(json.to_string());
        if let Json::String(name) = json {
            return match name.as_str() {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(unknown()),
            };
        }
        // An object may have a third item: the names of its optional attributes.
        let Some([Json::String(kind), of, ..]) = json.as_array().map(Vec::as_slice) else {
            return Err(unknown());
        };
        match (kind.as_str(), of) {
            ("list", element) => Ok(Self::list(Self::from_json(element)?)),
            ("set", element) => Ok(Self::set(Self::from_json(element)?)),
            ("map", element) => Ok(Self::map(Self::from_json(element)?)),
            ("tuple", Json::Array(items)) => {
                Ok(Self::Tuple(items.iter().map(Self::from_json).collect::<Result<_, _>>()?))
            }
            ("object", Json::Object(attributes)) => {
                let typed = |(name, ty): (&String, _)| Ok((name.clone(), Self::from_json(ty)?));
                Ok(Self::Object(attributes.iter().map(typed).collect::<Result<_, _>>()?))
            }
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_descriptions_round_trip() {
        let text = concat!(
            r#"["object",{"a":["list",["map","number"]],"#,
            r#""b":["tuple",["bool","dynamic"]],"c":["set","string"]}]"#
        );
        let ty = Type::from_json(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(ty.to_json().to_string(), text);
    }

    #[test]
    fn optional_attributes_are_accepted() {
        let json = json!(["object", {"a": "string"}, ["a"]]);
        assert_eq!(Type::from_json(&json), Ok(Type::object([("a", Type::String)])));
        assert!(Type::from_json(&json!(["list"])).is_err());
        assert!(Type::from_json(&json!("float")).is_err());
    }
}
