//! What a check sees: the plan, and what Azure has.

use crate::assessment::reader::{Read, Reader};
use crate::client::plan_cache::PlanCache;
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

    /// Whether the plan deletes the object with that ID.
    pub(super) fn deletes(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_deletion(id))
    }

    /// Whether the plan makes the object with that ID, as far as it has come.
    pub(super) fn creates(self, id: &ResourceId) -> bool {
        self.cache.is_some_and(|cache| cache.plans_creation(id.as_str()))
    }

    /// Whether the plan switches public access of the object with that ID on.
    pub(super) fn opens(self, id: &str) -> bool {
        self.cache.is_some_and(|cache| cache.plans_public_access(id))
    }
}
