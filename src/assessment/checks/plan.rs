//! The view of a check: the plan, and the objects in Azure.

use crate::assessment::reader::Reader;
use crate::client::plan_cache::{PlanCache, PlannedTarget};
use crate::codes::Code;
use crate::config::check_levels::CheckLevels;
use azure::id::ResourceId;

/// The plan, and the objects in Azure.
#[derive(Clone, Copy)]
pub(super) struct Plan<'r> {
    /// Reads Azure.
    pub(super) reader: &'r Reader,
    /// Changes of the whole plan. `None` while Terraform applies changes.
    pub(super) cache: Option<&'r PlanCache>,
    /// Levels of the checks.
    pub(super) levels: &'r CheckLevels,
    /// The provider's `subscription_id`, if set.
    pub(super) subscription: Option<&'r str>,
}

impl Plan<'_> {
    /// Returns `true` if any of these checks is on.
    pub(super) fn makes(self, codes: &[Code]) -> bool {
        self.levels.makes(codes)
    }

    /// Returns `true` if no change of the plan has begun.
    pub(super) fn is_before_changes(self) -> bool {
        self.cache.is_some_and(|cache| !cache.is_stale())
    }

    /// Returns `true` if this process planned the object with this ID, or read it from a state.
    pub(super) fn has_planned(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_creation(id) || cache.was_on_record(id))
    }

    /// Returns `true` if an object is in the provider's subscription.
    pub(super) fn is_of_own_subscription(self, id: &ResourceId) -> bool {
        self.subscription.is_some_and(|own| own.eq_ignore_ascii_case(id.subscription()))
    }

    /// Returns `true` if the plan deletes the object with this ID.
    pub(super) fn deletes(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_deletion(id))
    }

    /// Returns `true` if the plan replaces the object with this ID.
    pub(super) fn replaces(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_replacement(id))
    }

    /// Returns the target of the endpoint with this ID, if the plan creates it.
    pub(super) fn endpoint(self, id: &ResourceId) -> Option<PlannedTarget> {
        self.cache?.planned_endpoint(id.as_str())
    }

    /// Returns `true` if the plan enables public network access of the object with this ID.
    pub(super) fn opens(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_public_access(id))
    }
}
