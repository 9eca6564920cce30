//! JSON Merge Patch (RFC 7396). It is fifteen lines, and a crate would add JSON Patch and its
//! pointers, which nothing here needs.

use serde_json::{Value, json};

/// Applies a JSON Merge Patch: merges objects, removes members that are null, replaces other
/// values.
pub(crate) fn merge(target: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(map) = target else { return };
    for (name, value) in change {
        if value.is_null() {
            map.remove(name);
        } else {
            merge(map.entry(name).or_insert(Value::Null), value);
        }
    }
}
