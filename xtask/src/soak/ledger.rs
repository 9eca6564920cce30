//! Record of what the second writer created, which finds later changes.

use std::collections::HashMap;

use serde_json::Value;

/// Something that must not change.
#[derive(Debug)]
pub(super) enum Thing {
    /// A whole object.
    Object(Value),
    /// An entry of a list in an object of the provider. The text is a JSON pointer to the list.
    Entry(&'static str, Value),
    /// A tag of an object of the provider.
    Tag(String, String),
}

/// Everything that the second writer created, with the ID of the object that it is or is in.
#[derive(Debug, Default)]
pub(super) struct Ledger(Vec<(String, Thing)>);

/// Properties that services change: versions, states, numbers of children.
const NOISE: [&str; 5] = [
    "etag",
    "provisioningState",
    "numberOfRecordSets",
    "numberOfVirtualNetworkLinks",
    "numberOfVirtualNetworkLinksWithRegistration",
];

impl Ledger {
    /// Adds something. A tag replaces an earlier tag of this name.
    pub(super) fn add(&mut self, id: &str, thing: Thing) {
        let id = id.to_lowercase();
        let is_same = |(other, known): &&mut (String, Thing)| match (known, &thing) {
            (Thing::Tag(known, _), Thing::Tag(name, _)) => *other == id && known == name,
            _ => false,
        };
        match self.0.iter_mut().find(is_same) {
            Some((_, known)) => *known = thing,
            None => self.0.push((id, thing)),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Describes everything that changed, one line each.
    pub(super) fn harmed(&self, dump: &Value) -> Vec<String> {
        let all = dump["resources"].as_array().into_iter().flatten();
        let world: HashMap<String, &Value> =
            all.filter_map(|it| Some((it["id"].as_str()?.to_lowercase(), it))).collect();
        let harm = |(id, thing): &(String, Thing)| {
            let found = world.get(id).copied().unwrap_or(&Value::Null);
            harm(found, thing).map(|harm| format!("{id}: {harm}"))
        };
        self.0.iter().filter_map(harm).collect()
    }
}

fn harm(found: &Value, thing: &Thing) -> Option<String> {
    if found.is_null() {
        return Some(format!("was deleted, with {thing:?}"));
    }
    match thing {
        Thing::Object(made) => {
            let mut changed = Vec::new();
            differ("", &quiet(made), &quiet(found), &mut changed);
            (!changed.is_empty()).then(|| changed.join(", "))
        }
        Thing::Entry(list, made) => {
            let made = quiet(made);
            let entries = found.pointer(list).and_then(Value::as_array).into_iter().flatten();
            let count = entries.filter(|entry| quiet(entry) == made).count();
            (count != 1).then(|| {
                let now = found.pointer(list).unwrap_or(&Value::Null);
                format!("has {made} {count} times: {now}")
            })
        }
        Thing::Tag(name, value) => {
            let is_there = found["tags"][name].as_str() == Some(value);
            (!is_there).then(|| format!("has no tag {name} = {value}: {}", found["tags"]))
        }
    }
}

/// Describes each property that differs.
fn differ(path: &str, made: &Value, now: &Value, changed: &mut Vec<String>) {
    let (Some(was), Some(is)) = (made.as_object(), now.as_object()) else {
        if made != now {
            changed.push(format!("{path} was {made} and is {now}"));
        }
        return;
    };
    for name in was.keys().chain(is.keys().filter(|name| !was.contains_key(*name))) {
        differ(&format!("{path}/{name}"), &made[name], &now[name], changed);
    }
}

/// Returns a value without the properties that services change.
fn quiet(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let loud = |name: &str| NOISE.contains(&name);
            let kept = map.iter().filter(|(name, _)| !loud(name));
            Value::Object(kept.map(|(name, value)| (name.clone(), quiet(value))).collect())
        }
        Value::Array(list) => list.iter().map(quiet).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn harmed_ignores_changes_by_services() {
        let mut ledger = Ledger::default();
        let rule = json!({ "id": "/a", "state": "Succeeded" });
        ledger.add("/Zone", Thing::Object(json!({ "id": "/zone", "etag": "1", "tags": {} })));
        ledger.add("/vault", Thing::Entry("/properties/rules", rule.clone()));
        ledger.add("/vault", Thing::Tag("theirs".to_owned(), "1".to_owned()));
        let world = |zone: Value, vault: Value| json!({ "resources": [zone, vault] });
        let zone = json!({ "id": "/zone", "etag": "2", "tags": {} });
        let vault = |rules: Value, tags: Value| {
            let properties = json!({ "rules": rules });
            json!({ "id": "/vault", "properties": properties, "tags": tags })
        };
        let good = vault(json!([{ "id": "/b" }, rule]), json!({ "theirs": "1" }));
        assert_eq!(ledger.harmed(&world(zone.clone(), good.clone())), Vec::<String>::new());
        let tagged = json!({ "id": "/zone", "etag": "1", "tags": { "ours": "" } });
        let bare = vault(json!([{ "id": "/a" }]), json!({}));
        let twice = vault(json!([rule, rule]), json!({ "theirs": "1" }));
        for (zone, vault, harmed) in [
            (tagged, good, 1),
            (zone.clone(), bare, 2),
            (zone, twice, 1),
            (json!({}), json!({}), 3),
        ] {
            assert_eq!(ledger.harmed(&world(zone, vault)).len(), harmed);
        }
    }
}
