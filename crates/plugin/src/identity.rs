//! Resource identities: attributes that identify an object, as an alternative to its import ID.
//!
//! An identity and an import ID correspond to each other. So every state with a known `id` has an
//! identity, and an import by identity uses the corresponding import ID.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::ty::Type;
use crate::value::Value;

/// Attribute of an identity. Its value is a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Name of the attribute.
    pub name: String,
    /// Description in one sentence.
    pub description: String,
    /// If `true`, an import may omit the attribute.
    pub optional: bool,
}

/// Identity schema of a resource.
pub trait Identity: Send + Sync {
    /// Returns the attributes in order.
    fn parts(&self) -> Vec<Part>;

    /// Returns the values of the attributes in an import ID, or `None` if the ID has another form.
    fn read(&self, id: &str) -> Option<Vec<String>>;

    /// Returns the import ID of an object with these values. The values of optional attributes may
    /// be missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the values do not form an ID.
    fn id(&self, values: &[Option<&str>]) -> Result<String, Diagnostics>;
}

/// Returns the value of an attribute, if it is set.
fn given<'a>(identity: &'a Value, part: &Part) -> Option<&'a str> {
    identity.get(&part.name).as_str().filter(|value| !value.is_empty())
}

impl dyn Identity + '_ {
    /// Returns the type of an identity.
    pub fn ty(&self) -> Type {
        Type::object(self.parts().iter().map(|part| (part.name.as_str(), Type::String)))
    }

    /// Returns the identity of the object with an import ID.
    pub fn of_id(&self, id: &str) -> Option<Value> {
        let values = self.read(id)?;
        let parts = self.parts();
        let pairs = parts.iter().zip(values);
        Some(Value::map(pairs.map(|(part, value)| (part.name.as_str(), value.into()))))
    }

    /// Returns the identity of an object with this state, or `None` while its ID is unknown.
    pub fn of_state(&self, state: &Value) -> Option<Value> {
        self.of_id(state.get("id").as_str()?)
    }

    /// Returns the import ID of the object with an identity.
    ///
    /// # Errors
    ///
    /// Returns an error if an attribute is missing or the values do not form an ID.
    pub fn import_id(&self, identity: &Value) -> Result<String, Diagnostics> {
        let parts = self.parts();
        let values: Vec<_> = parts.iter().map(|part| given(identity, part)).collect();
        let missing = |(part, value): &(&Part, &Option<&str>)| !part.optional && value.is_none();
        let missing = parts.iter().zip(&values).find(missing);
        if let Some((part, _)) = missing {
            let summary = format!("`{}` is missing in the identity", part.name);
            let detail = format!("{} Set `{}`.", part.description, part.name);
            return Err(Diagnostic::error(summary, detail).at(Path::of(&part.name)).into());
        }
        self.id(&values)
    }
}
