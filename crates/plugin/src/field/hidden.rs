//! Values that are not for every eye: never shown, or never kept.

use super::{Field, Mismatch};
use crate::schema::{Described, Presence};
use crate::ty::Type;
use crate::value::Value;
use std::fmt;

/// A value that is never shown, in a log, an error or a panic: its attribute is sensitive, and
/// nothing formats it.
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
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
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

/// A value that Terraform hands over and nobody keeps: it comes with the configuration of a create
/// or an update, and is in no plan and no state (Terraform 1.11 and later). `Option` around it
/// makes it optional.
///
/// Where it was kept nowhere, a change of it is no change. So resources have an attribute beside
/// it, such as `password_version`, whose change says that it is to be written again.
#[derive(Clone, PartialEq, Eq)]
pub struct WriteOnly<T>(Option<T>);

impl<T> WriteOnly<T> {
    /// The value, where the configuration is at hand: in a create or an update. A read and a
    /// deletion have none.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

/// The value is not written.
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
