//! JSON Merge Patch (RFC 7396). It is fifteen lines; a crate for it would bring JSON Patch and its
//! pointers along, which nothing here needs.

use serde_json::{Value, json};

/// RFC 7396: objects are merged, null removes, all else replaces.
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
