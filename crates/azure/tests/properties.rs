//! Properties of resource IDs and merges, checked with random cases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and nothing uses it as a library"
)]

use azure::id::ResourceId;
use azure::merge::{contains, difference, drop_nulls, merge};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::collections::HashSet;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Returns segments of IDs, in any alphabet.
fn segment() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_äß]([A-Za-z0-9._()-]{0,12}[A-Za-z0-9_])?"
}

/// Returns types with as many levels as names.
fn typed() -> impl Strategy<Value = (String, Vec<(String, String)>)> {
    let namespace = "[A-Z][a-z]{1,8}\\.[A-Z][a-z]{1,8}";
    (namespace, vec(("[a-z][A-Za-z]{0,12}".prop_map(String::from), segment()), 1..4))
}

/// Returns an ID and its type in ARM's spelling.
fn resource() -> impl Strategy<Value = (ResourceId, String)> {
    (segment(), segment(), typed()).prop_map(|(subscription, group, (namespace, pairs))| {
        let types: Vec<_> = pairs.iter().map(|(ty, _)| ty.as_str()).collect();
        let ty = format!("{namespace}/{}", types.join("/"));
        let path: String = pairs.iter().map(|(ty, name)| format!("/{ty}/{name}")).collect();
        let group = format!("/subscriptions/{subscription}/resourceGroups/{group}");
        let id = ResourceId::parse(&format!("{group}/providers/{namespace}{path}")).unwrap();
        (id, ty)
    })
}

/// Flips the letter case of the ASCII letters that the pattern selects.
fn flipped(text: &str, pattern: &[bool]) -> String {
    let flip = |(c, flip): (char, &bool)| match (flip, c.is_ascii_uppercase()) {
        (false, _) => c,
        (true, true) => c.to_ascii_lowercase(),
        (true, false) => c.to_ascii_uppercase(),
    };
    text.chars().zip(pattern.iter().cycle()).map(flip).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_casing_is_the_same_id((id, ty) in resource(), pattern in vec(any::<bool>(), 64)) {
        let other = ResourceId::parse(&flipped(id.as_str(), &pattern)).unwrap();
        prop_assert_eq!(&other, &id);
        prop_assert_eq!(other.cmp(&id), std::cmp::Ordering::Equal);
        prop_assert!(other.is_type(&ty));
        prop_assert_eq!(HashSet::from([id, other]).len(), 1);
    }

    #[test]
    fn an_id_is_read_as_it_is_written((id, _) in resource()) {
        for text in [id.to_string(), format!("{id}/")] {
            let read = ResourceId::parse(&text).unwrap();
            prop_assert_eq!(read.as_str(), id.as_str());
            prop_assert_eq!(read.names(), id.names());
        }
        let portal = format!("https://portal.azure.com/#@t/resource{id}/overview");
        prop_assert_eq!(ResourceId::parse(&portal), Ok(id));
    }

    #[test]
    fn the_canonical_id_is_the_same_with_arms_spelling(
        (id, ty) in resource(),
        pattern in vec(any::<bool>(), 64),
    ) {
        let other = ResourceId::parse(&flipped(id.as_str(), &pattern)).unwrap();
        let canonical = other.canonical(&ty);
        prop_assert_eq!(&canonical, &id);
        prop_assert_eq!(canonical.resource_type(), ty.as_str());
        prop_assert_eq!(canonical.name(), other.name());
        let twice = canonical.canonical(&ty);
        prop_assert_eq!(twice.as_str(), canonical.as_str());
    }

    #[test]
    fn a_child_is_in_its_parent((id, _) in resource(), ty in "[a-z]{1,9}", name in segment()) {
        let child = id.child(&ty, &name);
        prop_assert_eq!(child.parent(), Some(id));
        prop_assert_eq!(child.name(), name.as_str());
        let read = ResourceId::parse(child.as_str()).unwrap();
        prop_assert_eq!(read.names(), child.names());
    }

    #[test]
    fn no_text_makes_reading_an_id_panic(text in "\\PC{0,80}", tail in "[/a?#%. ]{0,9}") {
        let _ = ResourceId::parse(&text);
        if let Ok(id) = ResourceId::parse(&format!("/subscriptions/{text}{tail}")) {
            prop_assert!(!id.as_str().contains(['?', '#', '%', ' ']));
        }
    }
}

const NAMES: [&str; 8] =
    ["a", "b", "location", "properties", "metadata", "tags", "identity", "type"];

fn leaf() -> impl Strategy<Value = Json> {
    prop_oneof![
        any::<bool>().prop_map(Json::from),
        (0..3).prop_map(Json::from),
        "[a-cA-C ]{0,2}".prop_map(Json::from),
    ]
}

/// Returns elements with names that differ in more than case, as in ARM.
fn named(inner: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    (btree_map("[a-d]", (any::<bool>(), inner), 0..4)).prop_map(|elements| {
        let element = |(name, (upper, more)): (String, (bool, Json))| {
            json!({"name": if upper { name.to_uppercase() } else { name }, "a": more})
        };
        elements.into_iter().map(element).collect()
    })
}

/// Returns bodies as ARM returns them. With `nulls`, returns bodies to write.
fn body(nulls: bool) -> impl Strategy<Value = Json> {
    let leaf = match nulls {
        true => prop_oneof![3 => leaf(), 1 => Just(Json::Null)].boxed(),
        false => leaf().boxed(),
    };
    let inside = leaf.prop_recursive(3, 24, 4, |inner| {
        let object = btree_map(proptest::sample::select(&NAMES[..]), inner.clone(), 0..4);
        prop_oneof![
            3 => object.prop_map(to_object),
            1 => vec(inner.clone(), 0..3).prop_map(Json::from),
            1 => named(inner),
        ]
    });
    btree_map(proptest::sample::select(&NAMES[..]), inside, 0..5).prop_map(to_object).prop_map(
        |mut body| {
            // Tags are texts, and so is the type of an identity.
            for name in ["tags", "identity"] {
                let members = body.get_mut(name).and_then(Json::as_object_mut);
                for (_, it) in members.into_iter().flatten().filter(|(_, it)| !it.is_null()) {
                    *it = Json::from(it.to_string());
                }
            }
            body
        },
    )
}

fn to_object(members: std::collections::BTreeMap<&str, Json>) -> Json {
    Json::Object(members.into_iter().map(|(name, it)| (name.to_owned(), it)).collect())
}

fn merged(live: &Json, write: &Json) -> Json {
    let mut live = live.clone();
    merge(&mut live, write);
    live
}

/// RFC 7396, section 2, word by word.
fn patched(target: Json, patch: &Json) -> Json {
    let Json::Object(patch) = patch else { return patch.clone() };
    let mut target = match target {
        Json::Object(target) => target,
        _ => Map::new(),
    };
    for (name, value) in patch {
        let before = target.remove(name).unwrap_or(Json::Null);
        if !value.is_null() {
            target.insert(name.clone(), patched(before, value));
        }
    }
    Json::Object(target)
}

fn has_null(body: &Json) -> bool {
    match body {
        Json::Object(members) => members.values().any(|it| it.is_null() || has_null(it)),
        Json::Array(elements) => elements.iter().any(has_null),
        _ => false,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_second_merge_changes_nothing(live in body(false), write in body(true)) {
        let once = merged(&live, &write);
        prop_assert_eq!(merged(&once, &write), once);
    }

    #[test]
    fn what_was_merged_is_contained(live in body(false), write in body(true)) {
        let merged = merged(&live, &write);
        prop_assert!(contains(&merged, &write), "{merged} lacks {write}");
    }

    #[test]
    fn what_is_not_written_stays(live in body(false), write in body(true)) {
        let merged = merged(&live, &write);
        for (name, before) in live.as_object().unwrap() {
            if write.get(name).is_none() {
                prop_assert_eq!(&merged[name], before);
            }
        }
        prop_assert_eq!(self::merged(&live, &json!({})), live);
    }

    #[test]
    fn a_patch_without_a_null_makes_what_is_wanted(
        mut live in body(false),
        mut wanted in body(false),
    ) {
        for body in [&mut live, &mut wanted] {
            body.as_object_mut().unwrap().remove("identity");
        }
        let patch = difference(&live, &wanted);
        prop_assert!(!has_null(&patch), "{patch}");
        if patch.get("tags").is_some() {
            // A PATCH replaces them.
            live.as_object_mut().unwrap().remove("tags");
        }
        let now = patched(live, &patch);
        prop_assert!(contains(&now, &wanted), "{now} lacks {wanted}");
    }

    #[test]
    fn no_difference_is_no_patch(body in body(false)) {
        prop_assert_eq!(difference(&body, &body), json!({}));
        prop_assert!(contains(&body, &body));
    }

    #[test]
    fn no_member_that_is_null_is_left(mut body in body(true)) {
        drop_nulls(&mut body);
        prop_assert!(!has_null(&body), "{body}");
        let before = body.clone();
        drop_nulls(&mut body);
        prop_assert_eq!(body, before);
    }
}
