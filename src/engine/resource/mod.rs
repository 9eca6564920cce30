//! Resources of the provider that stand for one resource of ARM: the declaration that each
//! resource's file provides.

pub mod approval;
mod create;
pub mod inline_child;
pub mod managed;
mod moves;
pub(super) mod patience;
mod plan;
mod ready;
pub mod soft_delete;

pub use self::approval::Approval;
pub use self::inline_child::{InlineChild, InlineChildren};

use crate::assessment::checks::input::CheckInput;
use crate::assessment::reader::Reader;
use crate::config::defaults::Defaults;
use crate::config::tags::Tagged;
use crate::engine::moves::AzurermType;
use crate::engine::related::{Related, RelatedObjects};
use crate::explain::Described;
use crate::private_link::arm_types::ArmType;
use azure::id::ResourceId;
pub use azure::write::WriteMethod;
use plugin::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// ARM resource type and its behavior.
#[derive(Clone, Copy, Debug)]
pub struct ResourceType {
    /// ARM's name of the type.
    pub name: &'static str,
    /// API version of the requests.
    pub api_version: &'static str,
    /// Name of one object in messages, such as `private endpoint`.
    pub label: &'static str,
    /// How a create ensures that no object exists yet.
    pub create: Create,
    /// Method of an update: PATCH if a PUT would drop properties that this API version does not
    /// know.
    pub update: WriteMethod,
    /// Effect of a delete on the object.
    pub delete: Delete,
}

impl ResourceType {
    /// Creates a type that ignores conditional headers, is updated by PUT, and is deleted at once.
    /// `label` is the name of one object in messages.
    pub const fn new(ty: ArmType, label: &'static str) -> Self {
        Self {
            name: ty.name,
            api_version: ty.api_version,
            label,
            create: Create::AfterRead,
            update: WriteMethod::Put,
            delete: Delete::Final,
        }
    }
}

/// Effect of a delete on an object.
#[derive(Clone, Copy, Debug)]
pub enum Delete {
    /// Azure deletes the object at once.
    Final,
    /// Azure keeps the deleted object for a while.
    Soft(SoftDelete),
}

/// Soft delete: how Azure keeps deleted objects.
#[derive(Clone, Copy, Debug)]
pub struct SoftDelete {
    /// Returns the ID of the deleted object, given the ID and region of the object.
    pub place: fn(&ResourceId, &str) -> Option<ResourceId>,
    /// Returns `true` if an object with this state is purged when the configuration does not set
    /// `purge_on_destroy`.
    pub purges: fn(&Value) -> bool,
}

impl SoftDelete {
    /// Returns `true` if a destroy purges an object with this state.
    pub fn purges(&self, state: &Value) -> bool {
        state.get("purge_on_destroy").as_bool().unwrap_or_else(|| (self.purges)(state))
    }

    /// Returns the ID of the deleted object, given the ID and state of the object.
    fn place_of(&self, id: &ResourceId, state: &Value) -> Option<ResourceId> {
        (self.place)(id, state.get("location").as_str()?)
    }
}

/// Moment at which a resource waits for a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After the object was written.
    Written,
    /// Before the object is deleted.
    Deleting,
    /// After the object was deleted.
    Deleted,
}

/// How a create ensures that no object exists yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// By the header `If-None-Match: *`: ARM refuses to overwrite.
    Conditional,
    /// By a read: the type ignores conditional headers.
    AfterRead,
    /// By a read: the type ignores conditional headers, and may answer a PUT that creates the
    /// object with 200.
    AfterReadOnly,
}

/// An object as Azure returns it now.
#[derive(Clone, Debug)]
pub struct Live<B> {
    /// ID of the object, in the spelling of the state.
    pub id: ResourceId,
    /// Body of the object.
    pub body: B,
    /// Related objects that were read with the object.
    pub related: RelatedObjects,
    /// `true` if the state contains only the ID, as after an import.
    pub importing: bool,
}

/// A condition that must become true before an object can be created, or before an operation is
/// complete.
#[derive(Clone, Debug)]
pub struct PendingCondition {
    /// Step that is pending, among the successive steps of the operation.
    pub step: &'static str,
    /// Missing part, in a few words, such as `the release of the subnet`.
    pub what: String,
    /// Time limit of the step, if it is shorter than that of the operation.
    pub within: Option<Duration>,
    /// Diagnostic for when the condition does not become true in time: a warning if the object is
    /// usable without it, or an error with more detail than a timeout.
    pub or_else: Option<Diagnostic>,
}

/// The condition to wait for, if there is one, or the error that it can never become true.
pub type Pending = Result<Option<PendingCondition>, Diagnostic>;

impl PendingCondition {
    /// Returns `true` if the object is usable without the condition.
    fn is_whole(&self) -> bool {
        self.or_else.as_ref().is_some_and(|told| told.severity == Severity::Warning)
    }
}

/// A resource of the provider that stands for one resource of ARM.
///
/// If an attribute `on_destroy` is `retain`, a destroy leaves the object in Azure. If an attribute
/// `adopt_existing` or `overwrite_existing` is `true`, a create adopts an existing object with the
/// ID instead of failing.
pub trait ArmResource: Model + Identified + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// Type of the resource in ARM.
    const TYPE: ResourceType;
    /// Default timeouts of the operations.
    const TIMEOUTS: Timeouts;

    /// Second type in ARM, for a resource that is a child of either of two types. Its objects are
    /// identified by their parent: import and identity accept either type.
    const OTHER_TYPE: Option<&'static str> = None;

    /// Names in the body's `properties` that Azure accepts and never returns.
    const HIDDEN: &'static [&'static str] = &[];

    /// Number of the read in a parent or resource group from which the object is read with its
    /// siblings, by one list request. `None` reads each object by itself.
    const LIST_FROM: Option<usize> = None;

    /// Body on the wire. The resource manages the members that it serializes, and null removes a
    /// member. Members that it omits stay unchanged in Azure.
    type Body: Serialize + DeserializeOwned + Send + Sync;

    /// Returns the names of the resource in messages.
    fn described() -> Described {
        Described { resource: Self::NAME, label: Self::TYPE.label }
    }

    /// Returns the ARM type of an object.
    fn arm_type(id: &ResourceId) -> &'static str {
        Self::OTHER_TYPE.filter(|ty| id.is_type(ty)).unwrap_or(Self::TYPE.name)
    }

    /// Returns the ARM types of all objects of the resource.
    fn arm_types() -> Vec<&'static str> {
        [Self::TYPE.name].into_iter().chain(Self::OTHER_TYPE).collect()
    }

    /// Returns the ID that the configuration defines.
    ///
    /// # Errors
    ///
    /// Returns an error if a part of the ID is missing or malformed.
    fn resource_id(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic>;

    /// Sets the attributes that the ID contains.
    fn locate(&mut self, id: &ResourceId);

    /// Returns the body for the attributes. `live` is the body in Azure when the object is updated.
    fn write(&self, live: Option<&Self::Body>) -> Self::Body;

    /// Sets the attributes from Azure's answer.
    ///
    /// # Errors
    ///
    /// Returns an error if a related object does not match the schema of its API version.
    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()>;

    /// Checks rules that span several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Returns the input of the checks for a create or an update with this configuration. Values
    /// may be unknown.
    fn check_input(config: &Value, defaults: &Defaults) -> CheckInput {
        let _ = (config, defaults);
        CheckInput::default()
    }

    /// Returns the input of the checks for a delete of the resource with this state.
    fn delete_input(state: &Value) -> CheckInput {
        let _ = state;
        CheckInput::default()
    }

    /// Removes attributes that conflict with others from a configuration that Terraform generated
    /// from a state.
    fn trim(config: &mut Value) {
        let _ = config;
    }

    /// Completes the attributes from the configuration and from objects that must be read before a
    /// create. A plan calls this too, so that it shows the attributes. Returns a condition that a
    /// create must wait for, if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if an object that the resource needs does not exist.
    fn prepare(&mut self, reader: &Reader) -> Pending {
        let _ = reader;
        Ok(None)
    }

    /// Returns the related objects to read, given the object's ID and body.
    fn related(&self, id: &ResourceId, body: &Self::Body) -> Vec<Related> {
        let _ = (id, body);
        Vec::new()
    }

    /// Returns `true` if an update writes the object even if Azure already has these values.
    fn rewrites(&self) -> bool {
        false
    }

    /// Returns the inline children, given the related objects. For an update, includes those that
    /// the configuration no longer contains.
    ///
    /// # Errors
    ///
    /// Returns an error if a related object does not match the schema of its API version.
    fn inline_children(
        &self,
        prior: Option<&Self>,
        id: &ResourceId,
        related: &RelatedObjects,
    ) -> serde_json::Result<InlineChildren> {
        let _ = (prior, id, related);
        Ok(InlineChildren::default())
    }

    /// Returns the condition to wait for at `moment`, if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if the condition can never become true.
    fn pending(&self, moment: Moment, reader: &Reader) -> Pending {
        let _ = (moment, reader);
        Ok(None)
    }

    /// Returns the connection on a target that the resource creates and that the configuration asks
    /// to approve.
    fn approval(&self) -> Option<Approval> {
        None
    }

    /// Adjusts a plan beyond the facts of the schema.
    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let _ = change;
        Diagnostics::new()
    }

    /// Returns the tags of a resource that has tags. The engine reads them.
    fn tagged(&mut self) -> Option<&mut Tagged> {
        None
    }

    /// azurerm's types of the resource, most of whose attributes have the same names.
    const AZURERM: &'static [AzurermType] = &[];

    /// Converts the stored state of one of the azurerm types, or of azapi's, into this resource's
    /// attributes where they differ.
    ///
    /// # Errors
    ///
    /// Returns an error if the resource cannot manage the object.
    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        let _ = (ty, stored);
        Ok(())
    }

    /// Returns the attributes that an error code of ARM is about. The error refers to the one that
    /// the configuration sets.
    fn attributes_of_error(code: &str) -> Vec<Path> {
        let _ = code;
        Vec::new()
    }
}
