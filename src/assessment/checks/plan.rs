//! What a check sees: the plan, and what Azure has.

use crate::assessment::reader::{Read, Reader};
use crate::client::plan_cache::{PlanCache, PlannedTarget};
use crate::codes::Code;
use crate::config::check_levels::CheckLevels;
use crate::private_link::environment::Environment;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// What is planned, and what Azure has.
#[derive(Clone, Copy)]
pub(super) struct Plan<'r> {
    /// Reads Azure.
    pub(super) reader: &'r Reader,
    /// What else the plan changes; nothing while changes are made.
    pub(super) cache: Option<&'r PlanCache>,
    /// How strict the checks are.
    pub(super) levels: &'r CheckLevels,
    /// The provider's own subscription, where it has one.
    pub(super) subscription: Option<&'r str>,
}

impl<'r> Plan<'r> {
    /// Whether any of these checks is made.
    pub(super) fn makes(self, codes: &[Code]) -> bool {
        self.levels.makes(codes)
    }

    /// The cloud; `None` for one that is not known by name.
    pub(super) fn environment(self) -> Option<Environment> {
        self.reader.environment()
    }

    /// An object.
    pub(super) fn object(self, id: &ResourceId, api_version: &'static str) -> Read<&'r Json> {
        self.reader.object(id, api_version)
    }

    /// The children of a type of an object; absent where that does not exist.
    pub(super) fn list(
        self,
        id: &ResourceId,
        child: &str,
        api_version: &'static str,
    ) -> Read<&'r [Json]> {
        self.reader.list(id, child, api_version)
    }

    /// The children of a type of an object; none where that does not exist.
    pub(super) fn children(
        self,
        id: &ResourceId,
        child: &str,
        api_version: &'static str,
    ) -> Read<&'r [Json]> {
        self.reader.children(id, child, api_version)
    }

    /// Whether all is still as it was when the plan began.
    pub(super) fn is_before_changes(self) -> bool {
        self.cache.is_some_and(|cache| !cache.is_stale())
    }

    /// Whether this process has planned the object with that ID, or had it on record.
    pub(super) fn has_planned(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_creation(id) || cache.was_on_record(id))
    }

    /// Whether an object is in the provider's own subscription.
    pub(super) fn is_of_own_subscription(self, id: &ResourceId) -> bool {
        self.subscription.is_some_and(|own| own.eq_ignore_ascii_case(id.subscription()))
    }

    /// Whether the plan deletes the object with that ID.
    pub(super) fn deletes(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_deletion(id))
    }

    /// Whether the plan makes the object with that ID anew: another one takes its place.
    pub(super) fn replaces(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_replacement(id))
    }

    /// What the endpoint with that ID leads to, where the plan makes it.
    pub(super) fn endpoint(self, id: &ResourceId) -> Option<PlannedTarget> {
        self.cache?.planned_endpoint(id.as_str())
    }

    /// Whether the plan switches public access of the object with that ID on.
    pub(super) fn opens(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_public_access(id))
    }
}
