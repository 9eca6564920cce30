//! The provider's settings that apply to every resource.

use crate::config::check_levels::CheckLevels;
use crate::config::tags::TagRules;
use azure::operation::is_failure;
use plugin::value::Value;

/// The provider's settings that apply to every resource.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The subscription of resources that do not set one.
    pub subscription_id: Option<String>,
    /// If `true`, a destroy restores settings where the resource sets no `on_destroy`. `None` while
    /// it is unknown.
    pub restore: Option<bool>,
    /// If `true`, the provider rejects every change.
    pub read_only: bool,
    /// The levels of the checks.
    pub checks: CheckLevels,
    /// The rules for tags.
    pub tags: TagRules,
}

impl Defaults {
    /// Adds these settings to the plan of a resource.
    pub(crate) fn plan(&self, prior: &Value, config: &Value, planned: &mut Value) {
        // The provider's subscription is known before the resource is created.
        let open = prior.is_null() && config.get("subscription_id").is_null();
        if open
            && *planned.get("subscription_id") == Value::Unknown
            && let Some(subscription) = &self.subscription_id
        {
            planned.set_entry("subscription_id", subscription.clone().into());
        }
        // A resource whose last operation failed is written again. Outbound rules have only a
        // `status`.
        for state in ["provisioning_state", "status"] {
            if planned.get(state).as_str().is_some_and(is_failure) {
                planned.set_entry(state, Value::Unknown);
            }
        }
        self.tags.plan(prior, planned);
    }
}
