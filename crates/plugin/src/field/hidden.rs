//! Values that are never printed or never stored.

use super::{Field, Mismatch};
use crate::schema::{Described, Presence};
use crate::ty::Type;
use crate::value::Value;
use std::fmt;

/// Sensitive value that never appears in a log, an error, or a panic, because it implements no
/// formatting.
///
/// ```compile_fail,E0277
/// let _ = format!("{:?}", terraform_plugin::field::Secret::new("hush"));
/// ```
/// ```compile_fail,E0277
/// let _ = format!("{}", terraform_plugin::field::Secret::new("hush"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Field> Field for Secret<T> {
    const PRESENCE: Presence = T::PRESENCE;
    const SENSITIVE: bool = true;
    const WRITE_ONLY: bool = T::WRITE_ONLY;

    fn ty() -> Type {
        T::ty()
    }

    fn members() -> Vec<Described> {
        T::members()
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        T::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        self.0.encode()
    }
}

/// Write-only value: Terraform passes it with the configuration of a create or update, and stores
/// it in no plan and no state (Terraform 1.11 and later). `Option` around it makes it optional.
///
/// Terraform does not detect a change of a value that it does not store. So resources have an
/// attribute beside it, such as `password_version`, whose change causes another write.
#[derive(Clone, PartialEq, Eq)]
pub struct WriteOnly<T>(Option<T>);

impl<T> WriteOnly<T> {
    /// Returns the value in a create or update. A read and a delete have none.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

/// Formats the type without the value.
impl<T> fmt::Debug for WriteOnly<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_some() { "WriteOnly(..)" } else { "WriteOnly" })
    }
}

impl<T> Default for WriteOnly<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Field> Field for WriteOnly<T> {
    const SENSITIVE: bool = T::SENSITIVE;
    const WRITE_ONLY: bool = true;

    fn ty() -> Type {
        T::ty()
    }

    fn members() -> Vec<Described> {
        T::members()
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        Option::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        Value::Null
    }
}
