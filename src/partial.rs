//! Partial resources: resources of the provider that hold part of an object that somebody else
//! owns, such as a property, an element of a list or a decision, and give it up in the end.
//!
//! A partial resource has nothing to make anew, so its create never leaves it tainted: what Azure
//! has refused or undone is not on record, and what it has accepted is.

mod former;
mod guarded;
mod outside;
mod served;
mod written;

pub use azure::write::WriteMethod;
pub use guarded::Verdict;

use crate::checks::intent::Intent;
use crate::explain::{absent, explain, named};
use crate::identity::Named;
use crate::isolation::policy::Assignment;
use crate::provider::Azure;
use crate::survey::Survey;
use azure::arm::{Arm, GenericResource};
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::Computed;
use plugin::model::Model;
use plugin::moves::MoveSource;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde_json::{Map, Value as Json};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long to wait between two looks at what does not show yet.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the last look at an object may take whose change failed.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// Where the object is.
#[derive(Clone)]
pub enum Place<P> {
    /// Under this ID.
    At(ResourceId),
    /// Among the children of a resource, where it may appear within a time.
    Among(Candidates<P>),
}

/// Children of a resource, of which one is meant.
#[derive(Clone)]
pub struct Candidates<P> {
    /// The resource.
    pub parent: ResourceId,
    /// The children's type, such as `privateEndpointConnections`.
    pub child: &'static str,
    /// How long to wait for it.
    pub patience: Duration,
    /// The one that is meant; `None` when it is not there. An error when it cannot be told which.
    pub pick: fn(&P, &[Json]) -> Result<Option<ResourceId>, Diagnostic>,
    /// What to say when it is not among them.
    pub missing: fn(&P, &ResourceId, &[Json]) -> Diagnostic,
}

/// What is left behind in the end.
#[derive(Clone, Debug)]
pub enum Leaving {
    /// The object as it is.
    Nothing,
    /// The object with this written over it.
    Write(Json),
    /// No object.
    Delete,
}

/// What the attributes are told about that no body has.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// What was there before the first write, by attribute.
    Previous(&'a Map<String, Json>),
    /// The policy that is likely to have written over it since, if one has.
    Rewritten(Option<&'a Assignment>),
}

/// Part of an object that somebody else owns.
pub trait ArmPartial: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What people call it, before the object's name, such as "the public network access of".
    const LABEL: &'static str;
    /// The attribute that names the object.
    const NAMED_BY: &'static str;
    /// What names the resource.
    const NAMED: Named;
    /// How long operations may take by default.
    const TIMEOUTS: Timeouts;
    /// ARM's types of the object.
    const TYPES: &'static [&'static str];
    /// How it is written.
    const HOW: WriteMethod;

    /// The attributes whose former values are put back in the end, if `on_destroy` is `restore`.
    const RESTORED: &'static [&'static str] = &[];

    /// The `id` attribute.
    fn id(&mut self) -> &mut Computed<String>;

    /// The API version that is spoken with the object.
    fn api(&self) -> &'static str;

    /// Where the object is.
    ///
    /// # Errors
    ///
    /// When an ID is malformed, or of a type that has no such part.
    fn place(&self) -> Result<Place<Self>, Diagnostic>;

    /// Sets the `id` attribute, given the object's ID.
    fn settle(&mut self, object: &ResourceId);

    /// The `id` attribute of an import, as ARM spells it.
    ///
    /// # Errors
    ///
    /// When it is no such ID.
    fn imported(id: &str) -> Result<String, Diagnostic>;

    /// Sets the attributes that the `id` attribute holds, after an import.
    ///
    /// # Errors
    ///
    /// When it is no such ID.
    fn locate(&mut self) -> Result<(), Diagnostic>;

    /// What must be written over the live body; `None` when it is there already. Here the
    /// attributes that the service may choose are set only where the configuration sets them.
    fn write(&self, live: &Json) -> Option<Json>;

    /// Sets the attributes from the live body. Answers whether it is still held.
    fn read(&mut self, live: &Json, importing: bool) -> bool;

    /// The types of other providers whose objects a `moved` block can make one of these.
    fn origins() -> Vec<MoveSource>;

    /// What it leaves behind, where it does not put back what was before.
    fn leave(&self, live: &Json) -> Leaving {
        let _ = live;
        Leaving::Nothing
    }

    /// Tells the attributes what no body has, where there are attributes for it.
    fn tell(&mut self, told: Told<'_>) {
        let _ = told;
    }

    /// Judges a write, by what a survey shows; `new` where nothing of ours can be there yet.
    fn guard(&self, live: &Json, new: bool, survey: &Survey) -> Verdict {
        let _ = (live, new, survey);
        Verdict::default()
    }

    /// What a plan is about, in the words of the checks. Values may be unknown.
    fn intent(prior: &Value, config: &Value, planned: &Value) -> Intent {
        let _ = (prior, config, planned);
        Intent::default()
    }

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Takes out of a configuration that was made from a state what must not stand there along
    /// with the rest.
    fn trim(config: &mut Value) {
        let _ = config;
    }
}

/// An [`ArmPartial`] served to Terraform.
pub struct Partial<P> {
    azure: Arc<Azure>,
    part: PhantomData<fn() -> P>,
}

/// The object of a partial resource, and the API version that is spoken with it.
#[derive(Clone, Copy)]
struct Object<'a> {
    arm: &'a Arm,
    id: &'a ResourceId,
    api: &'a str,
}

impl Object<'_> {
    async fn live(&self, until: &Deadline) -> Result<Option<GenericResource>, Error> {
        self.arm.get(self.id, self.api, until).await
    }
}

impl<P: ArmPartial> Partial<P> {
    /// Serves the partial resource from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, part: PhantomData }
    }

    fn doing(verb: &str, id: &ResourceId) -> String {
        format!("{verb} {} {}", P::LABEL, named(id))
    }

    fn fault(verb: &str, id: &ResourceId, error: &Error) -> Diagnostic {
        explain(&Self::doing(verb, id), error)
    }

    async fn live(
        object: Object<'_>,
        until: &Deadline,
    ) -> Result<Option<GenericResource>, Diagnostic> {
        object.live(until).await.map_err(|error| Self::fault("Reading", object.id, &error))
    }

    /// What the configuration asks for, and nothing else.
    fn wish(config: &Value) -> Result<P, Diagnostic> {
        P::decode(P::block().filled(config)).map_err(|fault| {
            let summary = format!("`{}` is not valid", fault.path);
            Diagnostic::error(summary, format!("{}.", fault.message)).at(fault.path)
        })
    }

    /// What to send for a wish, by what is there; `None` when that is as wished.
    fn body(live: &Json, wished: Option<Json>) -> Option<Json> {
        if P::HOW == WriteMethod::Patch {
            return wished;
        }
        // What an operation left failed is repaired by writing it as it is.
        let repair = || has_failed(live).then(|| Json::Object(Map::new()));
        let body = wished.or_else(repair)?;
        let mut whole = live.clone();
        merge::merge(&mut whole, &body);
        Some(whole)
    }

    /// The object's ID; looked for where it is not known.
    async fn find(arm: &Arm, part: &P, until: &Deadline) -> Result<ResourceId, Diagnostic> {
        let candidates = match part.place()? {
            Place::At(id) => return Ok(id),
            Place::Among(candidates) => candidates,
        };
        let Candidates { parent, child, patience, pick, missing } = candidates;
        let patience = until.at_most(patience);
        let doing = format!("Looking for {} {:?}", P::LABEL, parent.name());
        loop {
            let found = arm.list(&parent, child, part.api(), until).await;
            let found = found.map_err(|error| explain(&doing, &error))?;
            if let Some(id) = pick(part, &found)? {
                return Ok(id);
            }
            if patience.remaining() < LOOK_AGAIN {
                return Err(missing(part, &parent, &found));
            }
            until.sleep(LOOK_AGAIN).await.map_err(|error| explain(&doing, &error))?;
        }
    }

    /// Deletes the object, whether or not the part is held, and tells which one it was.
    ///
    /// # Errors
    ///
    /// When it is not there, or cannot be deleted.
    pub async fn delete_found(
        &self,
        part: &P,
        context: &Context,
    ) -> Result<ResourceId, Diagnostic> {
        let until = until(context);
        let arm = self.azure.writable(&until).await?;
        let id = Self::find(&arm, part, &until).await?;
        let deleted = arm.delete(&id, part.api(), &until).await;
        deleted.map_err(|error| Self::fault("Deleting", &id, &error))?;
        Ok(id)
    }

    /// The `id` attribute.
    fn own_id(part: &mut P) -> String {
        part.id().get().cloned().unwrap_or_default()
    }

    async fn read_in(&self, mut part: P, context: &Context) -> Result<Option<P>, Diagnostic> {
        let until = until(context);
        if context.importing {
            part.locate()?;
        }
        let Place::At(id) = part.place()? else {
            return Ok(None);
        };
        let arm = self.azure.arm(&until).await?;
        let object = Object { arm: &arm, id: &id, api: part.api() };
        let Some(GenericResource { body: live, .. }) = Self::live(object, &until).await? else {
            return Ok(None);
        };
        let before = part.clone();
        if !part.read(&live, context.importing) {
            return Ok(None);
        }
        if context.importing {
            part.settle(&crate::place::spelt_by_azure(id.clone(), &live));
            let own = P::imported(&Self::own_id(&mut part))?;
            part.id().set(own);
            part.locate()?;
        } else {
            let own = Self::own_id(&mut part);
            former::recover(&own, &part, context);
        }
        part.tell(Told::Previous(&former::previous(context)));
        if !context.importing {
            Self::notice(&before, &mut part, object, (&until, context)).await;
        }
        Ok(Some(part))
    }

    async fn give_up(&self, mut part: P, context: &Context) -> Result<(), Diagnostic> {
        let until = until(context);
        let former = former::previous(context);
        context.forget(&Self::own_id(&mut part));
        let Place::At(id) = part.place()? else {
            return Ok(());
        };
        let restores = part.encode().get("on_destroy").as_str() == Some("restore");
        let wish = match restores && !former.is_empty() {
            true => {
                let mut wish = Self::wish(&former::of::<P>(&former))?;
                wish.settle(&id);
                wish.locate()?;
                Some(wish)
            }
            // There is nothing to put back.
            false if !P::RESTORED.is_empty() => return Ok(()),
            false => None,
        };
        let arm = self.azure.writable(&until).await?;
        let api = wish.as_ref().map_or_else(|| part.api(), P::api);
        let object = Object { arm: &arm, id: &id, api };
        let Some(reply) = Self::live(object, &until).await? else {
            return Ok(());
        };
        if wish.is_none() && matches!(part.leave(&reply.body), Leaving::Delete) {
            let deleted = arm.delete(&id, api, &until).await;
            return deleted.map_err(|error| Self::fault("Deleting", &id, &error));
        }
        let wished = |live: &Json| match (&wish, part.leave(live)) {
            (Some(wish), _) => wish.write(live),
            (None, Leaving::Write(body)) => Some(body),
            (None, Leaving::Nothing | Leaving::Delete) => None,
        };
        let written = Self::written(object, (&wished, &|| ()), reply, &until).await;
        written.map(|_| ()).map_err(|it| it.fault)
    }
}

/// The deadline of a call.
pub fn until(context: &Context) -> Deadline {
    Deadline::new(context.timeout, context.stop.clone())
}

/// The object of a partial resource is no more.
fn vanished<P: ArmPartial>(id: &ResourceId) -> Diagnostic {
    absent(id, P::NAMED_BY)
}
