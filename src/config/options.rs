//! The provider's settings for all resources.

use crate::config::check_levels::{self, CheckLevels, LEVELS};
use crate::config::defaults::Defaults;
use crate::config::tags::TagRules;
use crate::config::tags::Tags;
use crate::validators;
use plugin::prelude::*;
use plugin::timeouts;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Settings that apply to every resource.
#[derive(Model, Clone, Debug)]
pub struct ProviderOptions {
    /// What to do with a setting when its resource is destroyed, for resources that do not set
    /// `on_destroy`. Possible values are `retain`, which leaves the setting as it is, and
    /// `restore`, which writes the previous value. Defaults to `retain`.
    #[tf(check = validators::one_of(&["retain", "restore"]))]
    on_destroy: Option<String>,
    /// If `true`, rejects every change. Use it for runs that only read, with the Reader role.
    /// Defaults to `false`.
    read_only: Option<bool>,
    /// Level of the checks of a plan. Possible values are `enforce`, which reports errors for what
    /// cannot work and warnings for the rest; `warn`, which reports only warnings; and `off`, which
    /// runs no check and reads nothing. Defaults to `enforce`. The guide "Checks" lists the checks.
    #[tf(check = validators::one_of(LEVELS))]
    checks: Option<String>,
    /// Levels of single checks by their codes, such as `{ AAI006 = "off" }`. Possible values are
    /// `enforce`, `warn` and `off`. An override wins over `checks`.
    #[tf(check = check_levels::overrides())]
    check_overrides: Option<BTreeMap<String, String>>,
    /// How long to retry a write that Azure denies because a role is missing, such as `5m`, counted
    /// from the first denied write of a run. A new role assignment takes some minutes to take
    /// effect. `0s` disables retries. Defaults to `2m`.
    #[tf(check = Check::text(patience))]
    rbac_propagation_timeout: Option<String>,
    /// Maximum number of concurrent requests to Azure. Defaults to `16`.
    #[tf(check = validators::between(1, 1000))]
    max_concurrent_requests: Option<i64>,
    /// Tags of every resource that supports tags.
    #[tf(max = 1)]
    default_tags: Blocks<DefaultTags>,
    /// Tags that other tools manage. The provider neither shows nor changes them.
    #[tf(max = 1)]
    ignore_tags: Blocks<IgnoreTags>,
}

/// Tags of every resource.
#[derive(Model, Clone, Debug)]
struct DefaultTags {
    /// Map of tags. A tag of the resource itself wins.
    #[tf(check = validators::tags())]
    tags: Option<Tags>,
}

/// Tags that other tools manage.
#[derive(Model, Clone, Debug)]
struct IgnoreTags {
    /// Keys of tags to ignore.
    keys: Option<BTreeSet<String>>,
    /// Prefixes of the keys of tags to ignore. Defaults to `hidden-` and `ms-resource-usage`, which
    /// Azure sets.
    key_prefixes: Option<BTreeSet<String>>,
}

/// Prefixes of keys that Azure sets.
const AZURES_OWN: [&str; 2] = ["hidden-", "ms-resource-usage"];

impl ProviderOptions {
    /// Returns the settings that apply to every resource. `config` shows which of them are unknown.
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

    /// Returns how long to retry a denied write.
    pub fn patience(&self) -> Duration {
        match self.rbac_propagation_timeout.as_deref().map(timeouts::parse) {
            None => PROPAGATES_WITHIN,
            Some(Ok(patience)) => patience,
            Some(Err(_)) => Duration::ZERO,
        }
    }

    /// Returns the maximum number of concurrent requests.
    pub fn most_requests(&self) -> usize {
        let wanted = self.max_concurrent_requests.and_then(|most| usize::try_from(most).ok());
        wanted.unwrap_or(MOST_REQUESTS)
    }
}

/// The usual time until a new role assignment takes effect.
const PROPAGATES_WITHIN: Duration = Duration::from_secs(120);

/// The default of `max_concurrent_requests`.
const MOST_REQUESTS: usize = 16;

/// Checks that a text is a duration or `0s`.
fn patience(text: &str) -> Result<(), String> {
    if text == "0s" { Ok(()) } else { timeouts::parse(text).map(|_| ()) }
}
