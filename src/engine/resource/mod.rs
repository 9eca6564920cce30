//! A resource of the provider that is one resource of ARM: what its file says, and what it may say
//! where it deviates.

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
use azure::id::ResourceId;
pub use azure::write::WriteMethod;
use plugin::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// A type of ARM's, and how it behaves.
#[derive(Clone, Copy, Debug)]
pub struct ResourceType {
    /// ARM's name of the type.
    pub name: &'static str,
    /// The API version that is spoken with it.
    pub api_version: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// How a create makes sure that it makes something new.
    pub create: Create,
    /// How an update writes it: by PATCH where a PUT would lose what this API version does not
    /// know.
    pub update: WriteMethod,
    /// What becomes of one that is deleted.
    pub delete: Delete,
}

/// What becomes of an object that is deleted.
#[derive(Clone, Copy, Debug)]
pub enum Delete {
    /// It is gone.
    Final,
    /// Azure keeps it for a while.
    Soft(SoftDelete),
}

/// How Azure keeps what is deleted.
#[derive(Clone, Copy, Debug)]
pub struct SoftDelete {
    /// Where an object of that ID and region is once it is deleted.
    pub place: fn(&ResourceId, &str) -> Option<ResourceId>,
    /// Whether an object with that state is purged when the configuration does not say.
    pub purges: fn(&Value) -> bool,
}

impl SoftDelete {
    /// Whether an object with that state is purged when it is destroyed.
    pub fn purges(&self, state: &Value) -> bool {
        state.get("purge_on_destroy").as_bool().unwrap_or_else(|| (self.purges)(state))
    }

    /// Where an object of that ID and state is once it is deleted.
    fn place_of(&self, id: &ResourceId, state: &Value) -> Option<ResourceId> {
        (self.place)(id, state.get("location").as_str()?)
    }
}

/// When something is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The object was written.
    Written,
    /// The object is about to be deleted.
    Deleting,
    /// The object was deleted.
    Deleted,
}

/// How a create makes sure that it makes something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// ARM refuses by `If-None-Match: *`.
    Conditional,
    /// A read before must find nothing: the type ignores conditions.
    AfterRead,
    /// A read before must find nothing: the type ignores conditions, and answers a PUT that makes
    /// something new by 200, too.
    AfterReadOnly,
}

/// An object as Azure has it now.
#[derive(Clone, Debug)]
pub struct Live<B> {
    /// Its ID, in the spelling of the state.
    pub id: ResourceId,
    /// Its body.
    pub body: B,
    /// What was read along.
    pub related: RelatedObjects,
    /// Whether the state knows nothing but the ID, as after an import.
    pub importing: bool,
}

/// Something that must still come about, before an object can be made, or is done.
#[derive(Clone, Debug)]
pub struct PendingCondition {
    /// Which of the things that it must come to, one after the other.
    pub step: &'static str,
    /// What is still missing, in a few words.
    pub what: String,
    /// How long that step may take, where that is less than the whole operation may.
    pub within: Option<Duration>,
    /// What is told instead of a failure: a warning where the object is whole without it, and an
    /// error that says more.
    pub or_else: Option<Diagnostic>,
}

impl PendingCondition {
    /// Whether the object is whole without it.
    fn is_whole(&self) -> bool {
        self.or_else.as_ref().is_some_and(|told| told.severity == Severity::Warning)
    }
}

/// What a plan does to a resource, for its checks. Values may be unknown.
#[derive(Clone, Copy, Debug)]
pub enum CheckedChange<'a> {
    /// Creates or updates it by this configuration.
    Write(&'a Value),
    /// Deletes it, with this state.
    Delete(&'a Value),
}

/// A resource of the provider that is one resource of ARM.
///
/// An attribute `on_destroy` that is `retain` leaves the object in Azure when the resource is
/// destroyed.
pub trait ArmResource: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// The type in ARM.
    const TYPE: ResourceType;
    /// How long operations may take by default.
    const TIMEOUTS: Timeouts;

    /// The other type in ARM, of a resource that is a child of either of two. Its object is then
    /// named by its parent: import and identity take either.
    const OTHER_TYPE: Option<&'static str> = None;

    /// Names in the body's `properties` that Azure takes and never shows.
    const HIDDEN: &'static [&'static str] = &[];

    /// From which read in the same parent or group on it is read along with its siblings, by their
    /// list; `None` where each is read by itself.
    const LIST_FROM: Option<usize> = None;

    /// The body on the wire. What it serialises is managed, null meaning to remove; what it does
    /// not mention stays as it is in Azure.
    type Body: Serialize + DeserializeOwned + Send + Sync;

    /// What people call it.
    fn described() -> Described {
        Described { resource: Self::NAME, label: Self::TYPE.label }
    }

    /// ARM's name of the type of an object.
    fn arm_type(id: &ResourceId) -> &'static str {
        Self::OTHER_TYPE.filter(|ty| id.is_type(ty)).unwrap_or(Self::TYPE.name)
    }

    /// ARM's names of all types of its objects.
    fn arm_types() -> Vec<&'static str> {
        [Self::TYPE.name].into_iter().chain(Self::OTHER_TYPE).collect()
    }

    /// The `id` attribute.
    fn id(&mut self) -> &mut Computed<String>;

    /// The ID that the configuration gives it.
    ///
    /// # Errors
    ///
    /// When part of the ID is missing or malformed.
    fn resource_id(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic>;

    /// Sets the attributes that the ID holds.
    fn locate(&mut self, id: &ResourceId);

    /// The body that the attributes ask for; on an update with the body that Azure has.
    fn write(&self, live: Option<&Self::Body>) -> Self::Body;

    /// Sets the attributes from what Azure has.
    ///
    /// # Errors
    ///
    /// When what was read along is not of the form that this API version has.
    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()>;

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// What the checks look at, given what a plan does to the resource.
    fn check_input(change: CheckedChange<'_>, defaults: &Defaults) -> CheckInput {
        let _ = (change, defaults);
        CheckInput::default()
    }

    /// Takes out of a configuration that was made from a state what must not stand there along
    /// with the rest.
    fn trim(config: &mut Value) {
        let _ = config;
    }

    /// Completes the attributes by what the configuration tells, or must be read before a create.
    /// A plan does so too, so that the attributes are known in it. Answers what must come about
    /// before a create, where it is worth waiting for.
    ///
    /// # Errors
    ///
    /// When something that it needs does not exist.
    fn prepare(&mut self, reader: &Reader) -> Result<Option<PendingCondition>, Diagnostic> {
        let _ = reader;
        Ok(None)
    }

    /// What is read along with it, by what is known of it already.
    fn related(&self, id: &ResourceId, body: &Self::Body) -> Vec<Related> {
        let _ = (id, body);
        Vec::new()
    }

    /// Whether an update writes it even where Azure has it so already.
    fn rewrites(&self) -> bool {
        false
    }

    /// The children that it manages inline, with what was read along; on an update also those
    /// that it no longer has.
    ///
    /// # Errors
    ///
    /// When what was read along is not of the form that this API version has.
    fn inline_children(
        &self,
        prior: Option<&Self>,
        id: &ResourceId,
        related: &RelatedObjects,
    ) -> serde_json::Result<InlineChildren> {
        let _ = (prior, id, related);
        Ok(InlineChildren::default())
    }

    /// What must still come after it was written or deleted, or before it is deleted, by what was
    /// read of it and what there is to see.
    ///
    /// # Errors
    ///
    /// When it will never come.
    fn pending(
        &self,
        moment: Moment,
        reader: &Reader,
    ) -> Result<Option<PendingCondition>, Diagnostic> {
        let _ = (moment, reader);
        Ok(None)
    }

    /// The connection on a target that it brings about and is asked to approve.
    fn approval(&self) -> Option<Approval> {
        None
    }

    /// Refines a plan, where the schema's facts do not say all.
    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let _ = change;
        Diagnostics::new()
    }

    /// The tags, of a resource that has them. Reading them is done for it.
    fn tagged(&mut self) -> Option<&mut Tagged> {
        None
    }

    /// Whether an object of that ID that exists already is taken over, instead of refused.
    fn adopts(&self) -> bool {
        false
    }

    /// azurerm's types of it, most of whose attributes are called the same.
    const AZURERM: &'static [AzurermType] = &[];

    /// Brings the stored state of one of those types, or of azapi's, into this type's words, where
    /// they differ.
    ///
    /// # Errors
    ///
    /// When this object of that type is none of this one.
    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        let _ = (ty, stored);
        Ok(())
    }

    /// The attributes of which an error code of ARM's speaks: that one is meant, which is given.
    fn attributes_of_error(code: &str) -> Vec<Path> {
        let _ = code;
        Vec::new()
    }
}
