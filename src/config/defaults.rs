//! What the provider's configuration contributes to every resource.

use crate::config::check_levels::CheckLevels;
use crate::config::tags::TagRules;
use azure::operation::is_failure;
use plugin::value::Value;

/// What the provider's configuration contributes to every resource.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The subscription of resources that name none.
    pub subscription_id: Option<String>,
    /// Whether settings are restored in the end, where their resource does not say itself; `None`
    /// while that is not known.
    pub restore: Option<bool>,
    /// Whether every change is refused.
    pub read_only: bool,
    /// How strict the checks are.
    pub checks: CheckLevels,
    /// What it says of tags.
    pub tags: TagRules,
}

impl Defaults {
    /// What it adds to the plan of a resource.
    pub(crate) fn plan(&self, prior: &Value, config: &Value, planned: &mut Value) {
        // The provider's subscription is known before the resource is made.
        let open = prior.is_null() && config.get("subscription_id").is_null();
        if open
            && *planned.get("subscription_id") == Value::Unknown
            && let Some(subscription) = &self.subscription_id
        {
            planned.set_entry("subscription_id", subscription.clone().into());
        }
        // What Azure left failed is written again.
        // Outbound rules have a `status` alone.
        for state in ["provisioning_state", "status"] {
            if planned.get(state).as_str().is_some_and(is_failure) {
                planned.set_entry(state, Value::Unknown);
            }
        }
        self.tags.plan(prior, planned);
    }
}
