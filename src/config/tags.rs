//! Tags: those of the resource, the provider's defaults, and ignored tags.

use crate::validators;
use plugin::field::Field;
use plugin::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Tags as ARM represents them.
pub type Tags = BTreeMap<String, String>;

/// The attributes of a resource that has tags.
#[derive(Model, Clone, Debug, Default)]
pub struct Tagged {
    /// Map of tags of the resource. The provider adds its `default_tags`. Azure ignores the case of
    /// tag names.
    #[tf(
        default = Value::map([]),
        check = validators::tags(),
        same = validators::same_tags
    )]
    pub tags: Option<Tags>,
    /// Map of all tags of the resource, including the provider's `default_tags` and without its
    /// `ignore_tags`.
    #[tf(recomputed_with("tags"), same = validators::same_tags)]
    pub tags_all: Computed<Tags>,
}

impl Tagged {
    /// Returns the tags to write.
    pub fn write(&self) -> Option<Tags> {
        self.tags_all.get().or(self.tags.as_ref()).cloned()
    }

    /// Sets the attributes from the tags in Azure, in the spelling of the configuration. Tags that
    /// the state lists as the resource's own remain its own.
    pub(crate) fn read(&mut self, live: &Json, rules: &TagRules) {
        let known = self.tags.take().unwrap_or_default();
        let ours = |name: &str| name_in(&known, name).or_else(|| name_in(&rules.defaults, name));
        let live = of_body(live).into_iter();
        let live = live.filter(|(name, _)| ours(name).is_some() || !rules.ignores(name));
        let all: Tags =
            live.map(|(name, value)| (ours(&name).cloned().unwrap_or(name), value)).collect();
        let default = |key: &String, value: &String| rules.defaults.get(key) == Some(value);
        let own =
            all.iter().filter(|(key, value)| known.contains_key(*key) || !default(key, value));
        self.tags = Some(own.map(|(key, value)| (key.clone(), value.clone())).collect());
        self.tags_all.set(all);
    }
}

fn of_body(body: &Json) -> Tags {
    let tags = body["tags"].as_object().into_iter().flatten();
    tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// Returns the spelling of a name among these tags. Azure ignores the case of names.
fn name_in<'t>(tags: &'t Tags, name: &str) -> Option<&'t String> {
    let name = name.to_lowercase();
    tags.keys().find(|known| known.to_lowercase() == name)
}

/// The provider's rules for tags.
#[derive(Clone, Debug, Default)]
pub struct TagRules {
    /// Tags of every resource.
    pub defaults: Tags,
    /// `true` while some of these tags are unknown.
    pub pending: bool,
    /// Keys of ignored tags.
    pub keys: BTreeSet<String>,
    /// Prefixes of the keys of ignored tags.
    pub key_prefixes: Vec<String>,
    /// `true` while the ignored tags are partly unknown. Until then, tags outside the configuration
    /// count as ignored.
    pub ignored_pending: bool,
}

impl TagRules {
    fn ignores(&self, key: &str) -> bool {
        let key = key.to_lowercase();
        self.ignored_pending
            || self.keys.iter().any(|own| own.to_lowercase() == key)
            || self.key_prefixes.iter().any(|prefix| key.starts_with(&prefix.to_lowercase()))
    }

    /// Plans `tags_all` of a resource that supports tags.
    pub(crate) fn plan(&self, prior: &Value, planned: &mut Value) {
        if planned.as_map().is_none_or(|members| !members.contains_key("tags_all")) {
            return;
        }
        let own = planned.get("tags");
        let all = match Option::<Tags>::decode(own.clone()) {
            Ok(own) if !self.pending && !planned.get("tags").has_unknown() => {
                let own = own.unwrap_or_default();
                let mut all = self.defaults.clone();
                all.retain(|name, _| name_in(&own, name).is_none());
                all.extend(own);
                all.encode()
            }
            _ => Value::Unknown,
        };
        // After an import, `tags_all` is null if there are no tags, which is not a change.
        let nothing = all.as_map().is_some_and(|all| all.is_empty());
        let before = prior.get("tags_all");
        let same = nothing && prior.as_map().is_some() && before.is_null()
            || validators::same_tags(before, &all);
        planned.set_entry("tags_all", if same { before.clone() } else { all });
    }

    /// Keeps ignored tags and the existing casing of names in a body to write. Null and empty tags
    /// are equal.
    pub(crate) fn keep(&self, live: &Json, body: &mut Json) {
        let mut written = of_body(body);
        for (key, value) in of_body(live) {
            match name_in(&written, &key).cloned() {
                Some(own) if own != key => {
                    let value = written.remove(&own).unwrap_or_default();
                    written.insert(key, value);
                }
                None if self.ignores(&key) => drop(written.insert(key, value)),
                _ => {}
            }
        }
        if written != of_body(body) {
            body["tags"] = json!(written);
        }
        if of_body(live).is_empty() && of_body(body).is_empty() {
            match (live.get("tags"), body.as_object_mut()) {
                (Some(tags), Some(body)) => drop(body.insert("tags".to_owned(), tags.clone())),
                (None, Some(body)) => drop(body.remove("tags")),
                (_, None) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> TagRules {
        TagRules {
            defaults: [("team".to_owned(), "ai".to_owned())].into(),
            keys: ["CostCenter".to_owned()].into(),
            key_prefixes: vec!["hidden-".to_owned()],
            ..TagRules::default()
        }
    }

    fn read(own: &[(&str, &str)], live: &Json) -> (Json, Json) {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let tags = Some(own.iter().map(owned).collect());
        let mut tagged = Tagged { tags, tags_all: Computed::default() };
        tagged.read(&json!({ "tags": live }), &rules());
        (json!(tagged.tags), json!(tagged.tags_all.get()))
    }

    #[test]
    fn default_tags_appear_only_in_tags_all() {
        let (own, all) = read(&[("a", "1")], &json!({"a": "1", "team": "ai"}));
        assert_eq!((own, all), (json!({"a": "1"}), json!({"a": "1", "team": "ai"})));
        let (own, _) = read(&[("team", "ai")], &json!({"team": "ai"}));
        assert_eq!(own, json!({"team": "ai"}), "unless the configuration has them too");
        let (own, _) = read(&[], &json!({"team": "other", "new": "x"}));
        assert_eq!(own, json!({"team": "other", "new": "x"}), "a changed default is drift");
    }

    #[test]
    fn ignored_tags_are_hidden_and_kept() {
        let live = json!({"CostCenter": "7", "hidden-link": "x", "a": "1"});
        let (own, all) = read(&[("a", "1")], &live);
        assert_eq!((own, all), (json!({"a": "1"}), json!({"a": "1"})));
        let mut body = json!({"tags": {"a": "2"}});
        rules().keep(&json!({ "tags": live }), &mut body);
        assert_eq!(body["tags"], json!({"CostCenter": "7", "hidden-link": "x", "a": "2"}));
    }

    #[test]
    fn null_and_empty_tags_are_equal() {
        let check = |live: Json, mut body: Json| {
            rules().keep(&live, &mut body);
            assert_eq!(body, live);
        };
        check(json!({}), json!({"tags": {}}));
        check(json!({"tags": {}}), json!({}));
    }

    #[test]
    fn tag_names_are_compared_case_insensitively() {
        let live = json!({"A": "1", "COSTCENTER": "7", "Hidden-link": "x", "TEAM": "ai"});
        let (own, all) = read(&[("a", "1")], &live);
        assert_eq!((own, all), (json!({"a": "1"}), json!({"a": "1", "team": "ai"})));
        let mut body = json!({"tags": {"a": "2", "team": "ai"}});
        rules().keep(&json!({ "tags": live }), &mut body);
        let written = json!({"A": "2", "COSTCENTER": "7", "Hidden-link": "x", "TEAM": "ai"});
        assert_eq!(body["tags"], written);
        let mut planned = Value::map([("tags", Value::map([("Team", "us".into())]))]);
        planned.set_entry("tags_all", Value::Unknown);
        rules().plan(&Value::Null, &mut planned);
        assert_eq!(planned.get("tags_all"), &Value::map([("Team", "us".into())]));
    }

    #[test]
    fn other_tags_are_hidden_while_ignored_tags_are_unknown() {
        let rules = TagRules { ignored_pending: true, ..rules() };
        let mut tagged =
            Tagged { tags: Some([("a".into(), "1".into())].into()), ..Tagged::default() };
        tagged.read(&json!({"tags": {"a": "1", "team": "ai", "x": "y"}}), &rules);
        assert_eq!(json!(tagged.tags), json!({"a": "1"}));
        assert_eq!(json!(tagged.tags_all.get()), json!({"a": "1", "team": "ai"}));
    }

    #[test]
    fn tags_all_is_planned_when_its_parts_are_known() {
        let plan = |own: Value, rules: &TagRules| {
            let mut planned = Value::map([("tags", own), ("tags_all", Value::Unknown)]);
            rules.plan(&Value::Null, &mut planned);
            planned.get("tags_all").clone()
        };
        let team = Value::map([("team", "ai".into())]);
        assert_eq!(plan(Value::Null, &rules()), team);
        assert_eq!(plan(Value::map([("team", Value::Unknown)]), &rules()), Value::Unknown);
        assert_eq!(plan(Value::Null, &TagRules { pending: true, ..rules() }), Value::Unknown);
    }
}
