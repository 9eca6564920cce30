//! Tags: the resource's own, the provider's defaults, and those that are none of our business.

use crate::validators;
use plugin::field::Field;
use plugin::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Tags as ARM has them.
pub type Tags = BTreeMap<String, String>;

/// The attributes of a resource that has tags.
#[derive(Model, Clone, Debug, Default)]
pub struct Tagged {
    /// Tags of the resource. Those of the provider's `default_tags` come in addition. Azure ignores
    /// the case of their names.
    #[tf(
        default = Value::map([]),
        check = validators::tags(),
        same = validators::same_tags
    )]
    pub tags: Option<Tags>,
    /// All tags, with those of the provider's `default_tags`, without those that it ignores.
    #[tf(recomputed_with("tags"), same = validators::same_tags)]
    pub tags_all: Computed<Tags>,
}

impl Tagged {
    /// The tags that are written.
    pub fn write(&self) -> Option<Tags> {
        self.tags_all.get().or(self.tags.as_ref()).cloned()
    }

    /// Takes over what Azure has, in the spelling of the configuration. What the state knew as the
    /// resource's own tags stays so.
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

/// The spelling that a name has among these tags: Azure ignores its case.
fn name_in<'t>(tags: &'t Tags, name: &str) -> Option<&'t String> {
    let name = name.to_lowercase();
    tags.keys().find(|known| known.to_lowercase() == name)
}

/// What the provider's configuration says of tags.
#[derive(Clone, Debug, Default)]
pub struct TagRules {
    /// Tags of every resource.
    pub defaults: Tags,
    /// Whether those are not all known yet.
    pub pending: bool,
    /// Keys that others manage.
    pub keys: BTreeSet<String>,
    /// Beginnings of keys that others manage.
    pub key_prefixes: Vec<String>,
    /// Whether those are not all known yet: until then, what is nobody's here is others'.
    pub ignored_pending: bool,
}

impl TagRules {
    fn ignores(&self, key: &str) -> bool {
        let key = key.to_lowercase();
        self.ignored_pending
            || self.keys.iter().any(|own| own.to_lowercase() == key)
            || self.key_prefixes.iter().any(|prefix| key.starts_with(&prefix.to_lowercase()))
    }

    /// Plans `tags_all` of a resource that has it.
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
        // After an import it is null where there are no tags, which is no difference.
        let nothing = all.as_map().is_some_and(|all| all.is_empty());
        let before = prior.get("tags_all");
        let same = nothing && prior.as_map().is_some() && before.is_null()
            || validators::same_tags(before, &all);
        planned.set_entry("tags_all", if same { before.clone() } else { all });
    }

    /// Keeps in a body that is written the tags that others manage, and the names in the casing
    /// that is there; and whether there are tags at all is no difference.
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
    fn defaults_are_no_tags_of_the_resource() {
        let (own, all) = read(&[("a", "1")], &json!({"a": "1", "team": "ai"}));
        assert_eq!((own, all), (json!({"a": "1"}), json!({"a": "1", "team": "ai"})));
        let (own, _) = read(&[("team", "ai")], &json!({"team": "ai"}));
        assert_eq!(own, json!({"team": "ai"}), "unless the configuration has them too");
        let (own, _) = read(&[], &json!({"team": "other", "new": "x"}));
        assert_eq!(own, json!({"team": "other", "new": "x"}), "a changed default is drift");
    }

    #[test]
    fn ignored_tags_are_neither_seen_nor_lost() {
        let live = json!({"CostCenter": "7", "hidden-link": "x", "a": "1"});
        let (own, all) = read(&[("a", "1")], &live);
        assert_eq!((own, all), (json!({"a": "1"}), json!({"a": "1"})));
        let mut body = json!({"tags": {"a": "2"}});
        rules().keep(&json!({ "tags": live }), &mut body);
        assert_eq!(body["tags"], json!({"CostCenter": "7", "hidden-link": "x", "a": "2"}));
    }

    #[test]
    fn no_tags_and_empty_tags_are_one() {
        let check = |live: Json, mut body: Json| {
            rules().keep(&live, &mut body);
            assert_eq!(body, live);
        };
        check(json!({}), json!({"tags": {}}));
        check(json!({"tags": {}}), json!({}));
    }

    #[test]
    fn names_are_compared_without_their_case() {
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
    fn while_it_is_not_known_what_is_ignored_nothing_of_others_is_shown() {
        let rules = TagRules { ignored_pending: true, ..rules() };
        let mut tagged =
            Tagged { tags: Some([("a".into(), "1".into())].into()), ..Tagged::default() };
        tagged.read(&json!({"tags": {"a": "1", "team": "ai", "x": "y"}}), &rules);
        assert_eq!(json!(tagged.tags), json!({"a": "1"}));
        assert_eq!(json!(tagged.tags_all.get()), json!({"a": "1", "team": "ai"}));
    }

    #[test]
    fn all_tags_are_planned_when_they_are_known() {
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
