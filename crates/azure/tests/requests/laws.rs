//! Properties of merges, checked with many random cases.

use azure::merge::{contains, difference, drop_nulls, merge};
use serde_json::{Map, Value as Json};

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // Marsaglia's xorshift64.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// Returns one of few names, so that objects share members.
    fn name(&mut self) -> &'static str {
        const NAMES: [&str; 8] =
            ["id", "tags", "properties", "name", "location", "a", "identity", "type"];
        NAMES[usize::try_from(self.roll(8)).unwrap()]
    }

    fn scalar(&mut self) -> Json {
        match self.roll(5) {
            0 => Json::Bool(self.roll(2) == 0),
            1 => self.roll(3).into(),
            2 => "East US".into(),
            3 => "".into(),
            _ => ["x", "X", "y"][usize::try_from(self.roll(3)).unwrap()].into(),
        }
    }

    fn value(&mut self, depth: u32, nulls: bool) -> Json {
        match self.roll(if depth == 0 { 2 } else { 8 }) {
            0 if nulls => Json::Null,
            0 | 1 => self.scalar(),
            2 => (0..self.roll(3)).map(|_| self.value(depth - 1, nulls)).collect(),
            3 => self.named(depth, nulls),
            _ => self.object(depth, nulls),
        }
    }

    fn object(&mut self, depth: u32, nulls: bool) -> Json {
        let mut object = Map::new();
        for _ in 0..self.roll(5) {
            let (name, value) = (self.name(), self.value(depth.saturating_sub(1), nulls));
            object.insert(name.to_owned(), value);
        }
        Json::Object(object)
    }

    /// Returns an array of elements with distinct names.
    fn named(&mut self, depth: u32, nulls: bool) -> Json {
        let names = ["p", "Q", "r"].into_iter().filter(|_| self.roll(2) == 0);
        let names: Vec<_> = names.collect();
        let element = |name: &str| {
            let mut element = self.object(depth - 1, nulls);
            element["name"] = name.into();
            element
        };
        names.into_iter().map(element).collect()
    }
}

fn many(mut law: impl FnMut(&mut Dice)) {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..5000 {
        law(&mut dice);
    }
}

/// RFC 7396 literally, except for the tags and the identity, which a PATCH replaces.
fn carried_out(mut live: Json, patch: &Json) -> Json {
    for name in ["tags", "identity"] {
        if let (Some(_), Some(live)) = (patch.get(name), live.as_object_mut()) {
            live.remove(name);
        }
    }
    patched(live, patch)
}

fn has_null(body: &Json) -> bool {
    match body {
        Json::Object(members) => members.values().any(has_null),
        Json::Array(elements) => elements.iter().any(has_null),
        other => other.is_null(),
    }
}

/// Checks that everything is as desired. Removed members may be empty or still present.
fn is_reached(now: &Json, wanted: &Json) -> bool {
    let (Json::Object(now), Json::Object(wanted)) = (now, wanted) else {
        return now == wanted;
    };
    let gone = |it: &Json| match it {
        Json::String(text) => text.is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => true,
    };
    let left = now.iter().filter(|(name, _)| !wanted.contains_key(*name));
    wanted.iter().all(|(name, wanted)| now.get(name).is_some_and(|now| is_reached(now, wanted)))
        && left.into_iter().all(|(_, it)| gone(it))
}

/// RFC 7396 literally.
fn patched(target: Json, patch: &Json) -> Json {
    let Json::Object(patch) = patch else {
        return patch.clone();
    };
    let mut target = match target {
        Json::Object(target) => target,
        _ => Map::new(),
    };
    for (name, value) in patch {
        let before = target.remove(name);
        if !value.is_null() {
            target.insert(name.clone(), patched(before.unwrap_or(Json::Null), value));
        }
    }
    Json::Object(target)
}

/// Checks that members that the write omits are unchanged.
fn survives(live: &Json, write: &Json, merged: &Json, top: bool) {
    let (Json::Object(live), Json::Object(write)) = (live, write) else {
        return;
    };
    for (name, before) in live {
        match write.get(name) {
            None => assert_eq!(merged.get(name), Some(before), "{name} is lost"),
            Some(_) if top && name == "tags" => {}
            Some(write) if before.is_object() && write.is_object() => {
                survives(before, write, &merged[name.as_str()], false);
            }
            Some(_) => {}
        }
    }
}

#[test]
fn a_merge_writes_members_and_keeps_the_others() {
    many(|dice| {
        let (live, write) = (dice.object(4, false), dice.object(4, true));
        let mut merged = live.clone();
        merge(&mut merged, &write);
        assert!(contains(&merged, &write), "{merged} lacks {write}");
        survives(&live, &write, &merged, true);
        let once = merged.clone();
        merge(&mut merged, &write);
        assert_eq!(merged, once, "{write} over {live}");
    });
}

#[test]
fn every_body_contains_itself_and_its_parts() {
    many(|dice| {
        let whole = dice.object(4, true);
        assert!(contains(&whole, &whole), "{whole}");
        let mut less = whole.clone();
        drop_nulls(&mut less);
        let Json::Object(entries) = &mut less else {
            return;
        };
        let gone = entries.keys().next().cloned();
        gone.and_then(|name| entries.remove(&name));
        assert!(contains(&whole, &less), "{whole} lacks {less}");
    });
}

#[test]
fn a_patch_turns_the_live_body_into_the_desired_body() {
    many(|dice| {
        let (mut live, mut wanted) = (dice.object(4, false), dice.object(4, false));
        for body in [&mut live, &mut wanted] {
            // As ARM has it: tags are texts, and an identity has a type.
            if body.get("tags").is_some() {
                let tag = dice.name();
                body["tags"] = serde_json::json!({ tag: "x" });
            }
            if body.get("identity").is_some() {
                let id = dice.name();
                let ids = serde_json::json!({ id: {} });
                body["identity"] =
                    serde_json::json!({ "type": "x", "userAssignedIdentities": ids });
            }
        }
        let patch = difference(&live, &wanted);
        assert!(!has_null(&patch), "{patch} for {live}");
        let now = carried_out(live.clone(), &patch);
        assert!(is_reached(&now, &wanted), "{patch} for {live} makes {now}, not {wanted}");
        if live == wanted {
            assert_eq!(patch, Json::Object(Map::new()));
        }
    });
}
