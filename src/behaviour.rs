//! What the provider's configuration says of all resources.

use crate::arm::Home;
use crate::check;
use crate::tags::TagRules;
use crate::wire::Tags;
use plugin::model::{Blocks, Model};
use std::collections::BTreeSet;

/// Settings that concern every resource.
#[derive(Model, Clone, Debug)]
pub struct Behaviour {
    /// What becomes of a setting when its resource is destroyed and does not say itself: `retain`
    /// leaves it as it is, `restore` puts back what was there before. Without it, `retain`.
    #[tf(check = check::one_of(&["retain", "restore"]))]
    on_destroy: Option<String>,
    /// Whether every change is refused. For runs that only look, with the Reader role.
    read_only: Option<bool>,
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
    #[tf(check = check::tags())]
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

impl Behaviour {
    /// What it contributes to every resource. `pending` says that default tags are not all known.
    pub fn home(&self, subscription_id: Option<String>, pending: bool) -> Home {
        let ignored = self.ignore_tags.first();
        let prefixes = ignored.and_then(|ignored| ignored.key_prefixes.clone());
        let own = || AZURES_OWN.map(str::to_owned).into();
        Home {
            subscription_id,
            restore: self.on_destroy.as_deref() == Some("restore"),
            read_only: self.read_only.unwrap_or_default(),
            tags: TagRules {
                defaults: self
                    .default_tags
                    .first()
                    .and_then(|it| it.tags.clone())
                    .unwrap_or_default(),
                pending,
                keys: ignored.and_then(|it| it.keys.clone()).unwrap_or_default(),
                key_prefixes: prefixes.unwrap_or_else(own).into_iter().collect(),
            },
        }
    }
}
