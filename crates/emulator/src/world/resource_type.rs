//! Interface of resource types: a description, and hooks for behavior that the description does not
//! cover.

use std::fmt;

use serde_json::Value;

use super::World;
use super::private_link::LinkGroup;
use super::store::Resource;
use super::type_info::{Reply, TypeInfo};
use crate::arm_error::ArmError;
use crate::cloud::Cloud;
use crate::resource_id::ResourceId;

/// Resource types of a world, and functions that its clock runs.
pub(crate) struct Registry {
    /// Returns every type.
    pub(crate) types: fn() -> &'static [&'static dyn ResourceType],
    /// Functions that run what is due, after operations may have ended.
    pub(crate) due: &'static [fn(&mut World)],
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((self.types)().iter().map(|known| known.info().name)).finish()
    }
}

/// A write after its form was checked.
#[derive(Debug)]
pub(crate) struct WriteRequest<'a> {
    pub(crate) id: &'a ResourceId,
    pub(crate) version: &'a str,
    /// Body of the request, an object.
    pub(crate) body: &'a Value,
    /// Current resource, or `None` if the write creates it.
    pub(crate) before: Option<&'a Value>,
    pub(crate) patch: bool,
}

impl WriteRequest<'_> {
    /// Returns `properties.NAME` of the request.
    pub(crate) fn property(&self, name: &str) -> &Value {
        &self.body["properties"][name]
    }

    /// Returns `properties.NAME` of the current resource.
    pub(crate) fn stored(&self, name: &str) -> &Value {
        self.before.map_or(&Value::Null, |before| &before["properties"][name])
    }
}

/// Action of a `POST`: its name in lower case, and the body.
pub(crate) type Action<'a> = (&'a str, &'a Value);

/// A resource type: its description, and hooks for behavior that the description does not cover.
pub(crate) trait ResourceType: Sync {
    /// Returns the description.
    fn info(&self) -> &TypeInfo;

    /// Refuses what the provider refuses, before anything changes.
    fn validate(&self, _world: &World, _write: &WriteRequest<'_>) -> Result<(), ArmError> {
        Ok(())
    }

    /// Returns the error with which an accepted write fails later.
    fn fate(&self, _world: &World, _write: &WriteRequest<'_>) -> Option<ArmError> {
        None
    }

    /// Adds ARM's properties to an accepted body, and changes related resources.
    fn on_accepted(&self, _world: &mut World, _write: &WriteRequest<'_>, _next: &mut Value) {}

    /// Returns `true` if a write that is due still waits for something else. `age` is its duration
    /// in seconds.
    fn is_held_up(&self, _world: &World, _id: &ResourceId, _age: f64) -> bool {
        false
    }

    /// Runs at the end of a successful write.
    fn on_completed(&self, _world: &mut World, _id: &ResourceId) {}

    /// Refuses a delete.
    fn validate_delete(&self, _world: &World, _resource: &Resource) -> Result<(), ArmError> {
        Ok(())
    }

    /// Removes the dependents of a resource that is no longer in the store.
    fn on_deleted(&self, _world: &mut World, _resource: &Resource) {}

    /// Removes the dependents of a deleted resource that is purged.
    fn on_purged(&self, _world: &mut World, _resource: &Resource) {}

    /// Adds computed properties, and removes those that the version does not have.
    fn render(&self, _world: &World, _body: &mut Value, _version: &str) {}

    /// Returns the resources of this type that a parent has without their being created.
    fn given(&self, _parent: &Resource) -> Vec<Value> {
        Vec::new()
    }

    /// Returns the names of the actions in lower case.
    fn actions(&self) -> &'static [&'static str] {
        &[]
    }

    /// Refuses an action.
    fn check_action(
        &self,
        _world: &World,
        _resource: &Resource,
        _asked: Action<'_>,
    ) -> Result<(), ArmError> {
        Ok(())
    }

    /// Runs at the end of a successful action.
    fn on_acted(&self, _world: &mut World, _id: &ResourceId, _asked: Action<'_>) {}

    /// Returns the form of the answer to a `PATCH`, if it depends on the version or the body.
    fn patch_reply(&self, usual: Reply, _write: &WriteRequest<'_>) -> Reply {
        usual
    }

    /// Returns the groups for private endpoints, or none if the type cannot be a target.
    fn link_groups(&self, _cloud: &Cloud, _body: &Value) -> Vec<LinkGroup> {
        Vec::new()
    }

    /// Refuses private endpoints to this resource in its current state.
    fn validate_link_target(&self, _world: &World, _body: &Value) -> Result<(), ArmError> {
        Ok(())
    }
}
