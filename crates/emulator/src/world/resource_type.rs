//! What a resource type is to the rest: a table row, and hooks for what the row cannot say.

use std::fmt;

use serde_json::Value;

use super::World;
use super::private_link::LinkGroup;
use super::store::Resource;
use super::type_info::{Reply, TypeInfo};
use crate::arm_error::ArmError;
use crate::cloud::Cloud;
use crate::resource_id::ResourceId;

/// What a world is handed: its resource types, and what else happens by its clock.
pub(crate) struct Registry {
    /// Every type.
    pub(crate) types: fn() -> &'static [&'static dyn ResourceType],
    /// Called when operations may have ended, for what is due then.
    pub(crate) due: &'static [fn(&mut World)],
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((self.types)().iter().map(|known| known.info().name)).finish()
    }
}

/// A write that is about to happen, read and checked for form.
#[derive(Debug)]
pub(crate) struct WriteRequest<'a> {
    pub(crate) id: &'a ResourceId,
    pub(crate) version: &'a str,
    /// The request body, an object.
    pub(crate) body: &'a Value,
    /// The resource as it stands; `None` when this creates it.
    pub(crate) before: Option<&'a Value>,
    pub(crate) patch: bool,
}

impl WriteRequest<'_> {
    /// `properties.NAME` of the request.
    pub(crate) fn property(&self, name: &str) -> &Value {
        &self.body["properties"][name]
    }

    /// `properties.NAME` of the resource as it stands.
    pub(crate) fn stored(&self, name: &str) -> &Value {
        self.before.map_or(&Value::Null, |before| &before["properties"][name])
    }
}

/// What a `POST` asks a resource to do: the action's name in lower case, and the body.
pub(crate) type Action<'a> = (&'a str, &'a Value);

/// A resource type: its table row, and hooks for what the row cannot say.
pub(crate) trait ResourceType: Sync {
    /// The table row.
    fn info(&self) -> &TypeInfo;

    /// Refuses what the provider refuses, before anything changes.
    fn validate(&self, _world: &World, _write: &WriteRequest<'_>) -> Result<(), ArmError> {
        Ok(())
    }

    /// Why an accepted write fails in the end.
    fn fate(&self, _world: &World, _write: &WriteRequest<'_>) -> Option<ArmError> {
        None
    }

    /// Fills in what ARM adds to an accepted body and does what the type does to its neighbours.
    fn on_accepted(&self, _world: &mut World, _write: &WriteRequest<'_>, _next: &mut Value) {}

    /// Whether a write that has been under way for so many seconds, and whose time has come, waits
    /// for something else.
    fn is_held_up(&self, _world: &World, _id: &ResourceId, _age: f64) -> bool {
        false
    }

    /// The end of a successful write.
    fn on_completed(&self, _world: &mut World, _id: &ResourceId) {}

    /// Refuses a delete.
    fn validate_delete(&self, _world: &World, _resource: &Resource) -> Result<(), ArmError> {
        Ok(())
    }

    /// What goes with a resource that is already out of the store.
    fn on_deleted(&self, _world: &mut World, _resource: &Resource) {}

    /// What goes with a deleted resource that is purged.
    fn on_purged(&self, _world: &mut World, _resource: &Resource) {}

    /// Adds what is computed when the resource is shown, hides what the version does not know.
    fn render(&self, _world: &World, _body: &mut Value, _version: &str) {}

    /// What is there of this type below a parent without being made.
    fn given(&self, _parent: &Resource) -> Vec<Value> {
        Vec::new()
    }

    /// What a `POST` can ask of a resource, by its name in lower case.
    fn actions(&self) -> &'static [&'static str] {
        &[]
    }

    /// Refuses what such a `POST` asks.
    fn check_action(
        &self,
        _world: &World,
        _resource: &Resource,
        _asked: Action<'_>,
    ) -> Result<(), ArmError> {
        Ok(())
    }

    /// The good end of such an action.
    fn on_acted(&self, _world: &mut World, _id: &ResourceId, _asked: Action<'_>) {}

    /// How a merge is answered, where that depends on its version or its body.
    fn patch_reply(&self, usual: Reply, _write: &WriteRequest<'_>) -> Reply {
        usual
    }

    /// What private endpoints may connect to; empty when the type cannot be a target.
    fn link_groups(&self, _cloud: &Cloud, _body: &Value) -> Vec<LinkGroup> {
        Vec::new()
    }

    /// Why a private endpoint cannot be made to this resource as it stands.
    fn validate_link_target(&self, _world: &World, _body: &Value) -> Result<(), ArmError> {
        Ok(())
    }
}
