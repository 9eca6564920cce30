//! Merges a write into the body in Azure without losing the changes of other clients.

use serde_json::{Map, Value as Json, json};

/// Merges `write` into `live` by RFC 7396: objects are merged, null removes a member, and every
/// other value replaces the previous one.
///
/// Two rules differ. In arrays whose elements have a name, ID, or value, an element is merged into
/// the live element with that key, so that its unknown members survive. Tags are replaced as a
/// whole, because an entry cannot be removed in another way: `tags` at the top, and `metadata` in
/// the properties of a DNS record.
pub fn merge(live: &mut Json, write: &Json) {
    let had_tags = live.get("tags").is_some_and(Json::is_object);
    replace_whole(live, write, "tags");
    if let (Some(live), Some(write)) = (live.get_mut("properties"), write.get("properties")) {
        replace_whole(live, write, "metadata");
    }
    over(live, write);
    // No tags and an empty map are equal.
    if !had_tags && live.get("tags").is_some_and(|tags| *tags == json!({})) {
        live.as_object_mut().map(|live| live.remove("tags"));
    }
}

/// Removes the member `name` of `live` if `write` replaces it as a whole.
fn replace_whole(live: &mut Json, write: &Json, name: &str) {
    if let (Some(live), true) = (live.as_object_mut(), write.get(name).is_some_and(Json::is_object))
    {
        live.remove(name);
    }
}

fn over(live: &mut Json, write: &Json) {
    match write {
        Json::Object(write) => {
            if !live.is_object() {
                *live = Json::Object(Map::new());
            }
            let Json::Object(live) = live else { return };
            for (name, value) in write {
                if value.is_null() {
                    live.remove(name);
                } else {
                    over(live.entry(name.clone()).or_insert(Json::Null), value);
                }
            }
        }
        Json::Array(write) if !write.is_empty() && write.iter().all(|it| key(it).is_some()) => {
            let before = std::mem::take(live);
            let before = before.as_array().map(Vec::as_slice).unwrap_or_default();
            *live = write.iter().map(|element| kept(before, element)).collect();
        }
        _ => *live = write.clone(),
    }
}

/// Returns an array element merged into the live element with its key.
fn kept(before: &[Json], write: &Json) -> Json {
    let same = |element: &&Json| match (key(element), key(write)) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    };
    let mut element = before.iter().find(same).cloned().unwrap_or(Json::Null);
    over(&mut element, write);
    element
}

/// Returns a copy of `live` with `write` [merged](merge) into it.
pub fn merged(live: &Json, write: &Json) -> Json {
    let mut whole = live.clone();
    merge(&mut whole, write);
    whole
}

/// Returns the PATCH body that turns `live` into `wanted`: only the differences.
///
/// The body contains no null, which services refuse or ignore. An empty text, list, or object
/// removes a value instead, and null, empty, and absent are equal. A number or Boolean cannot be
/// removed. `tags` and the user-assigned identities are complete: a PATCH replaces the map of tags
/// (recorded for ten types). Whether it replaces the map of identities is not known.
pub fn difference(live: &Json, wanted: &Json) -> Json {
    let mut patch = differing(live, wanted);
    if patch.get("identity").is_some_and(Json::is_object) {
        patch["identity"] = identity(&wanted["identity"]);
    }
    if patch.get("tags").is_some_and(Json::is_object) {
        patch["tags"] = wanted.get("tags").cloned().unwrap_or_else(|| json!({}));
    }
    drop_nulls(&mut patch);
    patch
}

/// Returns the second PATCH body for a service that added to the user-assigned identities instead
/// of replacing them, or `None` if none is left over. In this case only null removes an entry.
pub fn left_over(live: &Json, wanted: &Json) -> Option<Json> {
    let wanted = &wanted["identity"];
    let ids = |of: &Json| of[IDENTITIES].as_object().cloned().unwrap_or_default();
    let (there, kept) = (ids(&live["identity"]), ids(wanted));
    let mut gone = there.keys().filter(|id| !kept.contains_key(*id)).peekable();
    gone.peek()?;
    let mut identity = identity(wanted);
    for id in gone {
        identity[IDENTITIES][id] = Json::Null;
    }
    Some(json!({ "identity": identity }))
}

const IDENTITIES: &str = "userAssignedIdentities";

/// Returns an identity as it is written: its type, which ARM requires, and all IDs.
fn identity(wanted: &Json) -> Json {
    let mut written = json!({ "type": wanted["type"].as_str().unwrap_or("None") });
    if let Some(ids) = wanted[IDENTITIES].as_object().filter(|ids| !ids.is_empty()) {
        written[IDENTITIES] = ids.keys().map(|id| (id.clone(), json!({}))).collect();
    }
    written
}

fn differing(live: &Json, wanted: &Json) -> Json {
    let (Json::Object(before), Json::Object(after)) = (live, wanted) else {
        return wanted.clone();
    };
    let gone = before.iter().filter(|(name, _)| !after.contains_key(*name));
    let gone = gone.filter_map(|(name, before)| Some((name.clone(), emptied(before)?)));
    let changed = after.iter().filter_map(|(name, after)| match before.get(name) {
        Some(before) if before == after => None,
        Some(before) if before.is_object() && after.is_object() => {
            let inner = differing(before, after);
            inner.as_object().is_some_and(|inner| !inner.is_empty()).then(|| (name.clone(), inner))
        }
        Some(_) => Some((name.clone(), after.clone())),
        None => Some((name.clone(), after.clone())),
    });
    Json::Object(gone.chain(changed).collect())
}

/// Returns the empty value that removes a value.
fn emptied(before: &Json) -> Option<Json> {
    match before {
        Json::String(text) if !text.is_empty() => Some(json!("")),
        Json::Array(list) if !list.is_empty() => Some(json!([])),
        Json::Object(members) if !members.is_empty() => Some(json!({})),
        _ => None,
    }
}

/// Returns the key that distinguishes an array element.
fn key(element: &Json) -> Option<&str> {
    ["name", "id", "value"].into_iter().find_map(|key| element.get(key)?.as_str())
}

/// Removes all nulls from the body of a new object, because a merge reads null as a removal.
pub fn drop_nulls(body: &mut Json) {
    match body {
        Json::Object(entries) => {
            entries.retain(|_, entry| !entry.is_null());
            entries.values_mut().for_each(drop_nulls);
        }
        Json::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Returns `true` if `whole` contains all values of `part`. Ignores the case of texts, the spaces
/// in a `location`, and the order of arrays.
pub fn contains(whole: &Json, part: &Json) -> bool {
    match (whole, part) {
        (_, Json::Null) => true,
        (Json::Object(whole), Json::Object(part)) => {
            part.iter().all(|(name, part)| match (name.as_str(), whole.get(name), part) {
                ("location", Some(Json::String(whole)), Json::String(part)) => {
                    region(whole) == region(part)
                }
                (_, whole, part) => contains(whole.unwrap_or(&Json::Null), part),
            })
        }
        (Json::Array(whole), Json::Array(part)) => {
            whole.len() == part.len()
                && part.iter().all(|part| whole.iter().any(|whole| contains(whole, part)))
                // Check the other direction too, so that one element does not match two.
                && whole.iter().all(|whole| part.iter().any(|part| contains(whole, part)))
        }
        (Json::String(whole), Json::String(part)) => whole.eq_ignore_ascii_case(part),
        (Json::Null, Json::Object(part)) => part.values().all(|part| contains(&Json::Null, part)),
        (Json::Null, Json::Array(part)) => part.is_empty(),
        (whole, part) => whole == part,
    }
}

/// Returns a location in ARM's spelling.
fn region(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut live: Json, write: &Json, expected: &Json) {
        merge(&mut live, write);
        assert_eq!(&live, expected);
        let once = live.clone();
        merge(&mut live, write);
        assert_eq!(live, once, "a second merge changes nothing");
        assert!(contains(&live, write));
    }

    #[test]
    fn omitted_members_stay() {
        check(
            json!({"etag": "e", "properties": {"a": 1, "b": {"c": 2, "d": 3}, "x": [1, 2]}}),
            &json!({"properties": {"b": {"c": 4, "d": null}, "x": [3]}}),
            &json!({"etag": "e", "properties": {"a": 1, "b": {"c": 4}, "x": [3]}}),
        );
    }

    #[test]
    fn tags_are_replaced_and_null_removes_them() {
        check(
            json!({"tags": {"a": "1", "b": "2"}}),
            &json!({"tags": {"a": "3"}}),
            &json!({"tags": {"a": "3"}}),
        );
        check(json!({"tags": {"a": "1"}}), &json!({"tags": null}), &json!({}));
        check(json!({"tags": {"a": "1"}}), &json!({"tags": {}}), &json!({"tags": {}}));
    }

    #[test]
    fn metadata_of_records_is_replaced_like_tags() {
        check(
            json!({"properties": {"ttl": 1, "metadata": {"a": "1", "b": "2"}}}),
            &json!({"properties": {"metadata": {"a": "3"}}}),
            &json!({"properties": {"ttl": 1, "metadata": {"a": "3"}}}),
        );
    }

    #[test]
    fn named_elements_keep_unknown_members() {
        check(
            json!({"configs": [{"name": "A", "new": 1, "zone": "x"}, {"name": "b"}]}),
            &json!({"configs": [{"name": "c"}, {"name": "a", "zone": "y"}]}),
            &json!({"configs": [{"name": "c"}, {"name": "a", "new": 1, "zone": "y"}]}),
        );
    }

    #[test]
    fn references_and_rules_keep_unknown_members() {
        check(
            json!({"groups": [{"id": "/A", "more": 1}], "rules": [{"value": "1", "action": "a"}]}),
            &json!({"groups": [{"id": "/b"}, {"id": "/a"}], "rules": [{"value": "1"}]}),
            &json!({
                "groups": [{"id": "/b"}, {"id": "/a", "more": 1}],
                "rules": [{"value": "1", "action": "a"}],
            }),
        );
    }

    #[test]
    fn a_patch_contains_only_the_differences() {
        let live = json!({
            "identity": {"type": "UserAssigned", "userAssignedIdentities": {"a": {"x": 1}}},
            "tags": {"a": "1", "b": "2"},
            "properties": {"same": {"x": 1}, "list": [1], "gone": "x", "deep": {"x": 1, "y": 2},
                           "null": null, "empty": "", "items": [1], "more": {"x": 1}},
        });
        let wanted = json!({
            "identity": {"type": "UserAssigned",
                         "userAssignedIdentities": {"b": {}, "c": {"clientId": "x"}}},
            "tags": {"a": "1", "c": "3"},
            "properties": {"same": {"x": 1}, "list": [2], "deep": {"x": 1, "y": 3}},
        });
        let patch = json!({
            "identity": {"type": "UserAssigned", "userAssignedIdentities": {"b": {}, "c": {}}},
            "tags": {"a": "1", "c": "3"},
            "properties": {"list": [2], "gone": "", "deep": {"y": 3}, "items": [], "more": {}},
        });
        assert_eq!(difference(&live, &wanted), patch);
        assert_eq!(difference(&live, &live), json!({}));
        assert_eq!(difference(&live, &json!({}))["tags"], json!({}));
    }

    #[test]
    fn null_removes_identities_that_a_patch_left() {
        let of = |ids: Json| json!({"identity": {"type": "UserAssigned", IDENTITIES: ids}});
        let there = of(json!({"a": {"clientId": "x"}, "b": {}}));
        assert_eq!(left_over(&there, &of(json!({"a": {}, "b": {}}))), None);
        assert_eq!(left_over(&json!({}), &of(json!({"a": {}}))), None);
        let patch = of(json!({"a": null, "b": {}}));
        assert_eq!(left_over(&there, &of(json!({"b": {}}))), Some(patch));
    }

    #[test]
    fn contains_ignores_case() {
        let live = json!({"id": "/A", "properties": {"zone": "/X/Y", "state": "Succeeded"}});
        assert!(contains(
            &live,
            &json!({"properties": {"zone": "/x/y", "tags": null, "more": []}})
        ));
        assert!(!contains(&live, &json!({"properties": {"zone": "/x/z"}})));
    }

    #[test]
    fn contains_refuses_other_values() {
        for (whole, part, expected) in [
            (json!({"location": "eastus"}), json!({"location": "East US"}), true),
            (json!({"location": "eastus2"}), json!({"location": "East US"}), false),
            (json!({"tags": {"a": "xy"}}), json!({"tags": {"a": "x y"}}), false),
            (json!([1, 2]), json!([2, 1]), true),
            (json!([1, 2]), json!([1, 1]), false),
            (json!([1, 2]), json!([1]), false),
            (json!([{"a": 1, "b": 2}]), json!([{"a": 1}]), true),
            (json!({"a": 1}), json!({"a": 1, "b": null}), true),
            (json!({"a": 1}), json!({"a": 1, "b": false}), false),
            (json!({"a": {"b": 1}}), json!({"a": 1}), false),
        ] {
            assert_eq!(contains(&whole, &part), expected, "{whole} and {part}");
        }
    }
}
