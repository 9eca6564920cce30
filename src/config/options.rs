//! What the provider's configuration says of all resources.

use crate::config::check_levels::{self, CheckLevels, LEVELS};
use crate::config::defaults::Defaults;
use crate::config::tags::TagRules;
use crate::config::tags::Tags;
use crate::validators;
use plugin::prelude::*;
use plugin::timeouts;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Settings that concern every resource.
#[derive(Model, Clone, Debug)]
pub struct ProviderOptions {
    /// What becomes of a setting when its resource is destroyed and does not say itself: `retain`
    /// leaves it as it is, `restore` puts back what was there before. Without it, `retain`.
    #[tf(check = validators::one_of(&["retain", "restore"]))]
    on_destroy: Option<String>,
    /// Whether every change is refused. For runs that only look, with the Reader role.
    read_only: Option<bool>,
    /// How strict the checks of what is planned are: `enforce` makes errors of what cannot work and
    /// warnings of the rest, `warn` makes warnings of all, and `off` makes none and reads nothing.
    /// Without it, `enforce`. The guide "Checks" lists them.
    #[tf(check = validators::one_of(LEVELS))]
    checks: Option<String>,
    /// How strict single checks are, by their codes, such as `{ AAI006 = "off" }`: `enforce`,
    /// `warn` or `off`. It goes before `checks`.
    #[tf(check = check_levels::overrides())]
    check_overrides: Option<BTreeMap<String, String>>,
    /// How long a write that Azure denies for want of a role is tried again, such as `5m`, counted
    /// from the first that it denies in a run: a new role assignment takes some minutes to work.
    /// `0s` is not at all. Without it, `2m`.
    #[tf(check = Check::text(patience))]
    rbac_propagation_timeout: Option<String>,
    /// How many requests are under way at most at the same time. Without it, 16.
    #[tf(check = validators::between(1, 1000))]
    max_concurrent_requests: Option<i64>,
    /// Tags of every resource that can have tags.
    #[tf(max = 1)]
    default_tags: Blocks<DefaultTags>,
    /// Tags that others manage: they are neither shown nor changed.
    #[tf(max = 1)]
    ignore_tags: Blocks<IgnoreTags>,
}

/// Tags of every resource.
#[derive(Model, Clone, Debug)]
struct DefaultTags {
    /// The tags. A tag that a resource has itself wins.
    #[tf(check = validators::tags())]
    tags: Option<Tags>,
}

/// Tags that others manage.
#[derive(Model, Clone, Debug)]
struct IgnoreTags {
    /// Whole keys.
    keys: Option<BTreeSet<String>>,
    /// Beginnings of keys. Without it, `hidden-` and `ms-resource-usage`, which Azure itself sets.
    key_prefixes: Option<BTreeSet<String>>,
}

/// Beginnings of keys that Azure itself sets.
const AZURES_OWN: [&str; 2] = ["hidden-", "ms-resource-usage"];

impl ProviderOptions {
    /// What it contributes to every resource. `config` says what of it is not known yet.
    pub fn defaults(&self, subscription_id: Option<String>, config: &Value) -> Defaults {
        let ignored = self.ignore_tags.first();
        let prefixes = ignored.and_then(|ignored| ignored.key_prefixes.clone());
        let own = || AZURES_OWN.map(str::to_owned).into();
        Defaults {
            subscription_id,
            restore: match config.get("on_destroy") {
                Value::Unknown => None,
                end => Some(end.as_str() == Some("restore")),
            },
            read_only: self.read_only.unwrap_or_default(),
            checks: CheckLevels::of(config),
            tags: TagRules {
                defaults: self
                    .default_tags
                    .first()
                    .and_then(|it| it.tags.clone())
                    .unwrap_or_default(),
                pending: config.get("default_tags").has_unknown(),
                ignored_pending: config.get("ignore_tags").has_unknown(),
                keys: ignored.and_then(|it| it.keys.clone()).unwrap_or_default(),
                key_prefixes: prefixes.unwrap_or_else(own).into_iter().collect(),
            },
        }
    }

    /// How long a write that is denied is tried again.
    pub fn patience(&self) -> Duration {
        match self.rbac_propagation_timeout.as_deref().map(timeouts::parse) {
            None => PROPAGATES_WITHIN,
            Some(Ok(patience)) => patience,
            Some(Err(_)) => Duration::ZERO,
        }
    }

    /// How many requests are under way at most at the same time.
    pub fn most_requests(&self) -> usize {
        let wanted = self.max_concurrent_requests.and_then(|most| usize::try_from(most).ok());
        wanted.unwrap_or(MOST_REQUESTS)
    }
}

/// How long a new role assignment usually takes to work.
const PROPAGATES_WITHIN: Duration = Duration::from_secs(120);

/// Requests that may be under way at the same time.
const MOST_REQUESTS: usize = 16;

/// A duration, or none.
fn patience(text: &str) -> Result<(), String> {
    if text == "0s" { Ok(()) } else { timeouts::parse(text).map(|_| ()) }
}
