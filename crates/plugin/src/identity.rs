//! Identities: what names an object beside its import ID, in parts that a configuration can spell.
//!
//! An identity and an import ID say the same. So a state whose `id` is known has one, and an import
//! by identity is an import by the ID that the identity stands for.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::ty::Type;
use crate::value::Value;

/// One part of an identity. Its value is a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// A sentence about it.
    pub description: String,
    /// Whether an import may leave it out.
    pub optional: bool,
}

/// How the objects of a resource are identified.
pub trait Identity: Send + Sync {
    /// The parts, in order.
    fn parts(&self) -> Vec<Part>;

    /// The values of the parts in an import ID; `None` when it is not one of this kind.
    fn read(&self, id: &str) -> Option<Vec<String>>;

    /// The import ID of an object with these values; that of an optional part may be missing.
    ///
    /// # Errors
    ///
    /// When they name nothing.
    fn id(&self, values: &[Option<&str>]) -> Result<String, Diagnostics>;
}

/// The value of a part, if it has one.
fn given<'a>(identity: &'a Value, part: &Part) -> Option<&'a str> {
    identity.get(&part.name).as_str().filter(|value| !value.is_empty())
}

impl dyn Identity + '_ {
    /// The type of its values.
    pub fn ty(&self) -> Type {
        Type::object(self.parts().iter().map(|part| (part.name.as_str(), Type::String)))
    }

    /// The identity of the object with that import ID.
    pub fn of_id(&self, id: &str) -> Option<Value> {
        let values = self.read(id)?;
        let parts = self.parts();
        let pairs = parts.iter().zip(values);
        Some(Value::map(pairs.map(|(part, value)| (part.name.as_str(), value.into()))))
    }

    /// The identity of an object with that state; `None` as long as its ID is not known.
    pub fn of_state(&self, state: &Value) -> Option<Value> {
        self.of_id(state.get("id").as_str()?)
    }

    /// The import ID of the object with that identity.
    ///
    /// # Errors
    ///
    /// When a part is missing, or they name nothing.
    pub fn import_id(&self, identity: &Value) -> Result<String, Diagnostics> {
        let parts = self.parts();
        let values: Vec<_> = parts.iter().map(|part| given(identity, part)).collect();
        let missing = |(part, value): &(&Part, &Option<&str>)| !part.optional && value.is_none();
        let missing = parts.iter().zip(&values).find(missing);
        if let Some((part, _)) = missing {
            let summary = format!("The identity lacks `{}`", part.name);
            return Err(Diagnostic::error(summary, part.description.clone())
                .at(Path::of(&part.name))
                .into());
        }
        self.id(&values)
    }
}
