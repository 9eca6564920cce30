//! Moves: converts the state of another resource type for a `moved` block.

use crate::codec::{self, CodecError};
use crate::diagnostic::Diagnostics;
use crate::schema::{Block, Nesting, Presence};
use crate::ty::Type;
use crate::value::Value;
use serde_json::{Map, Value as Json};

/// State as Terraform stores it.
pub type Stored = Map<String, Json>;

/// Resource type whose objects can move to another resource type.
#[derive(Clone, Debug)]
pub struct MoveSource {
    /// Last part of the provider's address. Host and namespace may belong to a mirror, and some
    /// registries omit them.
    pub provider: &'static str,
    /// Name of the type.
    pub ty: &'static str,
    /// Condition on the objects of the type, such as "of size 3".
    pub only: Option<String>,
    /// Converts the state of an object to the target resource. Values that the source lacks are
    /// null.
    pub convert: fn(&'static str, &Stored) -> Result<Value, Diagnostics>,
}

impl MoveSource {
    /// Returns `true` for the type `ty` of the provider with this address.
    pub(crate) fn is(&self, address: &str, ty: &str) -> bool {
        address.rsplit('/').next() == Some(self.provider) && ty == self.ty
    }

    /// Returns the description for the documentation.
    pub(crate) fn label(&self) -> String {
        let only = self.only.as_ref().map(|only| format!(" {only}")).unwrap_or_default();
        format!("`{}`{only}", self.ty)
    }
}

/// Copies the members of `stored` that have the same names in `block`. Empty values of optional
/// attributes become null: the legacy type system, which most providers use, stores empty and null
/// without regard to the configuration.
///
/// # Errors
///
/// Returns an error if a member has another type.
pub fn same_names(block: &Block, stored: &Stored) -> Result<Value, CodecError> {
    let fitting = members(block, stored);
    codec::from_json(Json::Object(fitting).to_string().as_bytes(), &block.ty())
}

/// Returns the stored members that the block has, without members that their types lack.
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

/// Returns a value without the members that the type lacks.
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

/// Completes a state with all members of the block. Unset attributes get their defaults, because
/// attributes that are new in the target were never configured.
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
    fn members_of_the_same_name_are_kept_and_empty_ones_are_null() {
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
    fn a_member_of_another_type_is_an_error() {
        let stored = json!({"part": [{"weight": "heavy"}]});
        let fault = same_names(&Thing::block(), stored.as_object().unwrap()).unwrap_err();
        assert_eq!(fault.path.to_string(), "part[0].weight");
    }
}
