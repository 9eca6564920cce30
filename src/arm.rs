//! How a resource of the provider stands for one of ARM: what its file must say, and what it may
//! say where it deviates. The work itself is in [`crate::resource`] and [`crate::lookup`].

use crate::checks::intent::Intent;
use crate::checks::stance::Stance;
use crate::moves::Former;
use crate::survey::Survey;
use crate::tags::{TagRules, Tagged};
use azure::id::ResourceId;
use azure::operation::is_failure;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::Computed;
use plugin::model::Model;
use plugin::moves::Stored;
use plugin::path::Path;
use plugin::resource::Change;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

/// A type of ARM's, and how it behaves.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// ARM's name of the type.
    pub ty: &'static str,
    /// The API version that is spoken with it.
    pub api: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// How a create makes sure that it makes something new.
    pub create: Create,
}

/// How a create makes sure that it makes something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// ARM refuses by `If-None-Match: *`.
    Conditional,
    /// A read before must find nothing: the type ignores conditions.
    AfterRead,
}

/// What the provider's configuration contributes to every resource.
#[derive(Clone, Debug, Default)]
pub struct Home {
    /// The subscription of resources that name none.
    pub subscription_id: Option<String>,
    /// Whether settings are restored in the end, where their resource does not say itself.
    pub restore: bool,
    /// Whether every change is refused.
    pub read_only: bool,
    /// How strict the checks are.
    pub checks: Stance,
    /// What it says of tags.
    pub tags: TagRules,
}

impl Home {
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
        if planned.get("provisioning_state").as_str().is_some_and(is_failure) {
            planned.set_entry("provisioning_state", Value::Unknown);
        }
        self.tags.plan(prior, planned);
    }
}

/// Another object that is read along.
#[derive(Clone, Debug)]
pub struct Beside {
    /// How the reading resource calls it.
    pub name: &'static str,
    /// Its ID.
    pub id: ResourceId,
    /// The API version that is spoken with it.
    pub api: &'static str,
    /// The child type to list, where not the object itself is wanted but its children.
    pub list: Option<&'static str>,
    /// Whether it is left out where it cannot be read.
    pub spare: bool,
}

impl Beside {
    /// The object of that ID.
    pub fn object(name: &'static str, id: ResourceId, api: &'static str) -> Self {
        Self { name, id, api, list: None, spare: false }
    }

    /// The children of that type of the object of that ID.
    pub fn children(
        name: &'static str,
        id: ResourceId,
        api: &'static str,
        child: &'static str,
    ) -> Self {
        Self { name, id, api, list: Some(child), spare: false }
    }

    /// The same, left out where it cannot be read.
    #[must_use]
    pub fn spare(self) -> Self {
        Self { spare: true, ..self }
    }
}

/// The objects that were read along, by the name that the resource gave them.
#[derive(Clone, Debug, Default)]
pub struct Found(pub BTreeMap<&'static str, Json>);

impl Found {
    /// An object, or the array of a list; `None` where Azure has none.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// An object or list in its wire type; `None` where Azure has none or answers otherwise.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.get(name)?.clone()).ok()
    }
}

/// An object as Azure has it now.
#[derive(Clone, Debug)]
pub struct Live<B> {
    /// Its ID, in the spelling of the state.
    pub id: ResourceId,
    /// Its body.
    pub body: B,
    /// What was read along.
    pub beside: Found,
    /// Whether the state knows nothing but the ID, as after an import.
    pub importing: bool,
}

/// A child object that a resource manages inline.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its ID.
    pub id: ResourceId,
    /// The API version that is spoken with it.
    pub api: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What is written of it.
    pub body: Json,
    /// What becomes of it when the resource no longer has it.
    pub end: End,
    /// Whether a failure to write it is a warning: the next plan tries again.
    pub may_fail: bool,
    /// Whether it is taken away even if no block of ours has made it: the configuration says so.
    pub whoever_made_it: bool,
    /// Where in the configuration it stands.
    pub path: Path,
}

/// Something that an object must still come to, before it is done.
#[derive(Clone, Debug)]
pub struct Awaited {
    /// Which of the things that it must come to, one after the other.
    pub step: &'static str,
    /// What is still missing, in a few words.
    pub what: String,
    /// How long that step may take, where that is less than the whole operation may.
    pub within: Option<Duration>,
    /// What is told instead of a failure, where the object is whole without it.
    pub or_else: Option<Diagnostic>,
}

/// What becomes of a part that is no longer wanted.
#[derive(Clone, Debug)]
pub enum End {
    /// It is deleted.
    Delete,
    /// It cannot be: this is written instead.
    Write(Json),
}

/// A resource of the provider that is one resource of ARM.
pub trait ArmResource: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// The type in ARM.
    const KIND: Kind;
    /// How long operations may take by default.
    const TIMEOUTS: Timeouts;

    /// Whether an update is a PATCH of what differs: where a PUT would lose what this API version
    /// does not know.
    const PATCHED: bool = false;

    /// From which read in the same parent or group on it is read along with its siblings, by their
    /// list; `None` where each is read by itself.
    const READ_ALONG: Option<usize> = None;

    /// The body on the wire. What it serialises is managed, null meaning to remove; what it does
    /// not mention stays as it is in Azure.
    type Body: Serialize + DeserializeOwned + Send + Sync;

    /// The `id` attribute.
    fn id(&mut self) -> &mut Computed<String>;

    /// The ID that the configuration gives it.
    ///
    /// # Errors
    ///
    /// When part of the ID is missing or malformed.
    fn place(&self, home: &Home) -> Result<ResourceId, Diagnostic>;

    /// Sets the attributes that the ID holds.
    fn locate(&mut self, id: &ResourceId);

    /// The body that the attributes ask for; on an update with the body that Azure has.
    fn write(&self, live: Option<&Self::Body>) -> Self::Body;

    /// Sets the attributes from what Azure has.
    fn read(&mut self, live: &Live<Self::Body>);

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// What it is about, in the words of the checks. Values may be unknown.
    fn intent(config: &Value) -> Intent {
        let _ = config;
        Intent::default()
    }

    /// What its end is about, in the words of the checks, given its state.
    fn ending(prior: &Value) -> Intent {
        let _ = prior;
        Intent::default()
    }

    /// Takes out of a configuration that was made from a state what must not stand there along
    /// with the rest.
    fn trim(config: &mut Value) {
        let _ = config;
    }

    /// What must be read before a create can be written.
    fn before_create(&self) -> Vec<Beside> {
        Vec::new()
    }

    /// Completes the attributes by what was read before a create.
    ///
    /// # Errors
    ///
    /// When what was needed is not there.
    fn complete(&mut self, found: &Found) -> Result<(), Diagnostic> {
        let _ = found;
        Ok(())
    }

    /// What is read along with it, by what is known of it already.
    fn beside(&self, id: &ResourceId, body: &Self::Body) -> Vec<Beside> {
        let _ = (id, body);
        Vec::new()
    }

    /// The children that it manages inline, with what was read along.
    fn parts(&self, id: &ResourceId, found: &Found) -> Vec<Part> {
        let _ = (id, found);
        Vec::new()
    }

    /// The parts to take away on an update: those that the resource had and no longer has.
    fn unwanted(&self, prior: &Self, id: &ResourceId, found: &Found) -> Vec<Part> {
        let wanted = self.parts(id, found);
        let mut gone = prior.parts(id, found);
        gone.retain(|part| wanted.iter().all(|wanted| wanted.id != part.id));
        gone
    }

    /// What the object must still come to after it was written, by what was read of it and what
    /// there is to see.
    ///
    /// # Errors
    ///
    /// When it will never come to it.
    fn awaits(&self, survey: &Survey) -> Result<Option<Awaited>, Diagnostic> {
        let _ = survey;
        Ok(None)
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

    /// Whether the object stays in Azure when the resource is destroyed.
    fn stays(&self) -> bool {
        false
    }

    /// azurerm's types of it, most of whose attributes are called the same.
    const AZURERM: &'static [Former] = &[];

    /// Brings the stored state of one of those types into this type's words, where they differ.
    ///
    /// # Errors
    ///
    /// When this object of that type is none of this one.
    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        let _ = (ty, stored);
        Ok(())
    }

    /// Refuses an object of ARM's type that this resource does not stand for nevertheless.
    ///
    /// # Errors
    ///
    /// Why not.
    fn accepts(&self) -> Result<(), Diagnostic> {
        Ok(())
    }

    /// The attribute that an error code of ARM's speaks of.
    fn blame(code: &str) -> Option<Path> {
        let _ = code;
        None
    }
}
