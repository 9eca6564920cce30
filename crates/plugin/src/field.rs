//! Rust types of attributes: each defines a Terraform type, who sets the attribute, and its codec.

mod hidden;
mod optional_blocks;

pub use hidden::{Secret, WriteOnly};
pub use optional_blocks::{OptionalBlocks, described};

use crate::path::Path;
use crate::schema::{Attribute, Described, Facts, Member, Presence};
use crate::ty::Type;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Error of a value that does not match the Rust type.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {message}")]
pub struct Mismatch {
    /// Path in the value.
    pub path: Path,
    /// Description of the expected value.
    pub message: String,
}

impl Mismatch {
    /// Creates a mismatch of the value itself.
    pub fn expected(what: &str) -> Self {
        Self { path: Path::root(), message: format!("expected {what}") }
    }

    /// Prepends the path of the outer value.
    #[must_use]
    pub fn within(self, outer: &Path) -> Self {
        Self { path: outer.join(&self.path), ..self }
    }
}

/// Rust type of an attribute, or of a block of a model.
pub trait Field: Sized {
    /// Who sets an attribute of this type.
    const PRESENCE: Presence = Presence::Required;
    /// If `true`, Terraform hides the values.
    const SENSITIVE: bool = false;
    /// If `true`, the value is never stored in a plan or a state.
    const WRITE_ONLY: bool = false;

    /// Returns the Terraform type.
    fn ty() -> Type;

    /// Returns the descriptions of an object's attributes, or of the objects in a collection. The
    /// protocol does not transport them, but the documentation shows them.
    fn members() -> Vec<Described> {
        Vec::new()
    }

    /// Returns the member of a block that a field of this type declares.
    fn declare(facts: Facts) -> Member {
        let (ty, sensitive) = (Self::ty(), Self::SENSITIVE);
        let members = Self::members();
        // The provider chooses a default, so Terraform calls the attribute computed.
        let presence = match Self::PRESENCE {
            Presence::Required | Presence::Optional if facts.default.is_some() => {
                Presence::OptionalComputed
            }
            presence => presence,
        };
        let write_only = Self::WRITE_ONLY;
        let attribute = Attribute::new(facts, ty, presence);
        Member::Attribute(Attribute { sensitive, write_only, members, ..attribute })
    }

    /// Decodes a value. Only values that the service has yet to choose may be unknown.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has another type, or is null where the type requires a value.
    fn decode(value: Value) -> Result<Self, Mismatch>;

    /// Encodes the value.
    fn encode(&self) -> Value;
}

impl Field for String {
    fn ty() -> Type {
        Type::String
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(Mismatch::expected("a string")),
        }
    }

    fn encode(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Field for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        value.as_bool().ok_or_else(|| Mismatch::expected("a bool"))
    }

    fn encode(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Field for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        value.as_i64().ok_or_else(|| Mismatch::expected("a whole number"))
    }

    fn encode(&self) -> Value {
        Value::from(*self)
    }
}

fn decode_list<T: Field>(value: Value) -> Result<Vec<T>, Mismatch> {
    let Value::List(elements) = value else {
        return Err(Mismatch::expected("a list"));
    };
    let decode = |(index, element)| {
        T::decode(element).map_err(|fault| fault.within(&Path::root().index(index)))
    };
    elements.into_iter().enumerate().map(decode).collect()
}

impl<T: Field> Field for Vec<T> {
    fn ty() -> Type {
        Type::list(T::ty())
    }

    fn members() -> Vec<Described> {
        T::members()
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        decode_list(value)
    }

    fn encode(&self) -> Value {
        Value::List(self.iter().map(Field::encode).collect())
    }
}

impl<T: Field + Ord> Field for BTreeSet<T> {
    fn ty() -> Type {
        Type::set(T::ty())
    }

    fn members() -> Vec<Described> {
        T::members()
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        decode_list(value).map(|elements| elements.into_iter().collect())
    }

    fn encode(&self) -> Value {
        Value::set(self.iter().map(Field::encode).collect())
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn ty() -> Type {
        Type::map(T::ty())
    }

    fn members() -> Vec<Described> {
        T::members()
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        let Value::Map(entries) = value else {
            return Err(Mismatch::expected("a map"));
        };
        let decode = |(key, entry): (String, _)| {
            let path = Path::root().key(&key);
            Ok((key, T::decode(entry).map_err(|fault: Mismatch| fault.within(&path))?))
        };
        // An entry with a null value does not exist.
        entries.into_iter().filter(|(_, entry)| !entry.is_null()).map(decode).collect()
    }

    fn encode(&self) -> Value {
        Value::Map(self.iter().map(|(key, entry)| (key.clone(), entry.encode())).collect())
    }
}

/// Optional attribute.
impl<T: Field> Field for Option<T> {
    const PRESENCE: Presence = Presence::Optional;
    const SENSITIVE: bool = T::SENSITIVE;
    const WRITE_ONLY: bool = T::WRITE_ONLY;

    fn ty() -> Type {
        T::ty()
    }

    fn members() -> Vec<Described> {
        T::members()
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null | Value::Unknown => Ok(None),
            value => T::decode(value).map(Some),
        }
    }

    fn encode(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::encode)
    }
}

/// Computed attribute, which only the service sets. `None` until then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Computed<T>(pub Option<T>);

/// Optional attribute that the service sets if the configuration does not. `None` until then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OptionalComputed<T>(pub Option<T>);

macro_rules! chosen_by_the_service {
    ($name:ident, $presence:ident) => {
        impl<T> $name<T> {
            /// Returns the value, if it is known.
            pub fn get(&self) -> Option<&T> {
                self.0.as_ref()
            }

            /// Sets the value from the service's response.
            pub fn set(&mut self, value: impl Into<Option<T>>) {
                self.0 = value.into();
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self(None)
            }
        }

        impl<T> From<T> for $name<T> {
            fn from(value: T) -> Self {
                Self(Some(value))
            }
        }

        impl<T> From<Option<T>> for $name<T> {
            fn from(value: Option<T>) -> Self {
                Self(value)
            }
        }

        impl<T: Field> Field for $name<T> {
            const PRESENCE: Presence = Presence::$presence;
            const SENSITIVE: bool = T::SENSITIVE;

            fn ty() -> Type {
                T::ty()
            }

            fn members() -> Vec<Described> {
                T::members()
            }

            fn decode(value: Value) -> Result<Self, Mismatch> {
                // A collection with an unknown part has no known value either.
                if value.has_unknown() {
                    return Ok(Self(None));
                }
                Option::decode(value).map(Self)
            }

            fn encode(&self) -> Value {
                self.0.encode()
            }
        }
    };
}

chosen_by_the_service!(Computed, Computed);
chosen_by_the_service!(OptionalComputed, OptionalComputed);
