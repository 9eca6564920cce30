//! Moves: the state of an object that another type has managed so far, taken over.

use crate::codec::{self, CodecError};
use crate::diagnostic::Diagnostics;
use crate::schema::{Block, Nesting, Presence};
use crate::ty::Type;
use crate::value::Value;
use serde_json::{Map, Value as Json};

/// A state as it is stored.
pub type Stored = Map<String, Json>;

/// A type whose objects can become objects of a resource.
#[derive(Clone, Debug)]
pub struct MoveSource {
    /// The last part of its provider's address: host and namespace may be a mirror's, and not every
    /// host of providers sends them.
    pub provider: &'static str,
    /// Its name.
    pub ty: &'static str,
    /// Which objects of the type, where not all of them, such as "of size 3".
    pub only: Option<String>,
    /// Makes the state of an object of that type one of the resource. What that has no value for
    /// is null.
    pub convert: fn(&'static str, &Stored) -> Result<Value, Diagnostics>,
}

impl MoveSource {
    /// Whether it is the type of that name, of the provider of that address.
    pub(crate) fn is(&self, address: &str, ty: &str) -> bool {
        address.rsplit('/').next() == Some(self.provider) && ty == self.ty
    }

    /// How the documentation calls it.
    pub(crate) fn label(&self) -> String {
        let only = self.only.as_ref().map(|only| format!(" {only}")).unwrap_or_default();
        format!("`{}`{only}", self.ty)
    }
}

/// The state in which everything that is called as in `stored` is as it is there, but for what is
/// empty and need not be set: that is null, because the older type system, in which most providers
/// are written, stores the two without regard to what was configured.
///
/// # Errors
///
/// When something of the same name is of another type.
pub fn same_names(block: &Block, stored: &Stored) -> Result<Value, CodecError> {
    let fitting = members(block, stored);
    codec::from_json(Json::Object(fitting).to_string().as_bytes(), &block.ty())
}

/// The stored members that a block has, each without what its type has no place for.
fn members(block: &Block, stored: &Stored) -> Stored {
    let attributes = block.attributes.iter().map(|attribute| {
        let value = stored.get(attribute.name()).unwrap_or(&Json::Null);
        let required = attribute.presence == Presence::Required;
        let value = if is_empty(value) && !required { &Json::Null } else { value };
        (attribute.name().to_owned(), fitting(value, &attribute.ty))
    });
    let blocks = block.blocks.iter().map(|nested| {
        let inner = |value: &Json| match value {
            Json::Object(stored) => Json::Object(members(&nested.block, stored)),
            other => other.clone(),
        };
        let value = match (stored.get(nested.name()), nested.nesting) {
            (Some(Json::Array(elements)), _) => elements.iter().map(inner).collect(),
            (None | Some(Json::Null), Nesting::List | Nesting::Set) => Json::Array(Vec::new()),
            (stored, _) => stored.map_or(Json::Null, inner),
        };
        (nested.name().to_owned(), value)
    });
    attributes.chain(blocks).collect()
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::String(text) => text.is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// A value without the members of objects that the type does not have.
fn fitting(value: &Json, ty: &Type) -> Json {
    match (value, ty) {
        (Json::Array(elements), Type::List(ty) | Type::Set(ty)) => {
            elements.iter().map(|element| fitting(element, ty)).collect()
        }
        (Json::Object(entries), Type::Object(types)) => {
            let known =
                entries.iter().filter_map(|(name, entry)| Some((name, entry, types.get(name)?)));
            known.map(|(name, entry, ty)| (name.clone(), fitting(entry, ty))).collect()
        }
        (other, _) => other.clone(),
    }
}

/// A state with everything that the block has: what is not set has its default, because what is new
/// in this type was never configured.
pub(crate) fn completed(block: &Block, state: &Value) -> Value {
    let attributes = block.attributes.iter().map(|attribute| {
        let value = match (state.get(attribute.name()), &attribute.facts.default) {
            (Value::Null, Some(default)) => default.clone(),
            (value, _) => value.clone(),
        };
        (attribute.name(), value)
    });
    let blocks = block.blocks.iter().map(|nested| {
        let value = match (state.get(nested.name()), nested.nesting) {
            (Value::List(elements), _) => {
                Value::List(elements.iter().map(|it| completed(&nested.block, it)).collect())
            }
            (Value::Null, _) => nested.absent(),
            (single, _) => completed(&nested.block, single),
        };
        (nested.name(), value)
    });
    Value::map(attributes.chain(blocks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Computed, OptionalComputed};
    use crate::model::{Blocks, Model, Object};
    use serde_json::json;
    use std::collections::{BTreeMap, BTreeSet};

    /// A thing.
    #[derive(Model)]
    struct Thing {
        /// Name.
        name: String,
        /// Place.
        place: OptionalComputed<String>,
        /// Labels.
        labels: Option<BTreeMap<String, String>>,
        /// Users.
        users: BTreeSet<String>,
        /// Ports.
        ports: Computed<Vec<Port>>,
        /// End.
        #[tf(default = "delete")]
        end: String,
        /// Parts.
        part: Blocks<Part>,
    }

    /// A port.
    #[derive(Object)]
    struct Port {
        /// Number.
        number: i64,
    }

    /// A part.
    #[derive(Model)]
    struct Part {
        /// Note.
        note: Option<String>,
        /// Weight.
        #[tf(default = 7)]
        weight: i64,
    }

    fn moved(stored: &Json) -> Json {
        let block = Thing::block();
        let state = same_names(&block, stored.as_object().unwrap()).unwrap();
        codec::to_json(&completed(&block, &state), &block.ty())
    }

    #[test]
    fn what_has_the_same_name_is_kept_and_nothing_is_null() {
        let stored = json!({
            "name": "", "place": "", "labels": {}, "users": ["b", "a"], "other": {"x": 1},
            "ports": [{"number": 5, "speed": "fast"}],
            "part": [{"note": "", "weight": 1, "color": "red"}, {"note": "n"}],
        });
        let expected = json!({
            "name": "", "place": null, "labels": null, "users": ["a", "b"], "end": "delete",
            "ports": [{"number": 5}],
            "part": [{"note": null, "weight": 1}, {"note": "n", "weight": 7}],
        });
        assert_eq!(moved(&stored), expected);
        let nothing = json!({
            "name": null, "place": null, "labels": null, "users": null, "end": "delete",
            "ports": null, "part": [],
        });
        assert_eq!(moved(&json!({})), nothing);
    }

    #[test]
    fn another_type_under_the_same_name_is_an_error() {
        let stored = json!({"part": [{"weight": "heavy"}]});
        let fault = same_names(&Thing::block(), stored.as_object().unwrap()).unwrap_err();
        assert_eq!(fault.path.to_string(), "part[0].weight");
    }
}
