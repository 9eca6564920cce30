//! Partial resources: resources of the provider that hold part of an object that somebody else
//! owns, such as a property, an element of a list or a decision, and give it up in the end.
//!
//! A partial resource has nothing to make anew, so its create never leaves it tainted: what Azure
//! has refused or undone is not on record, and what it has accepted is.

mod drift;
mod guard;
mod moves;
mod previous;
mod served;
mod write;

pub use azure::write::WriteMethod;
pub use guard::Verdict;

use crate::assessment::checks::input::CheckInput;
use crate::assessment::isolation::policy::Assignment;
use crate::assessment::reader::Reader;
use crate::client::{AzureClient, deadline};
use crate::engine::call::Call;
use crate::engine::identity::IdentitySchema;
use crate::engine::known::{UNKNOWN, known};
use crate::engine::moves::AzurermType;
use crate::explain::{absent, explain, named, unreadable};
use azure::arm::GenericResource;
use azure::error::Error;
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use plugin::prelude::*;
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
pub enum ObjectRef<P> {
    /// Its ID.
    Id(ResourceId),
    /// One of the children of a resource, where it may appear within a time.
    ChildOf(Candidates<P>),
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

/// What the destroy of a partial resource does to the object.
#[derive(Clone, Debug)]
pub enum OnDestroy {
    /// It leaves the object as it is.
    Retain,
    /// It writes this over the object.
    Write(Json),
    /// It deletes the object.
    Delete,
}

/// What attributes show that is not in the body of the object.
#[derive(Clone, Copy, Debug)]
pub enum Observed<'a> {
    /// What was there before the first write, by attribute.
    Previous(&'a Map<String, Json>),
    /// The policy that is likely to have written over it since, if one has.
    Rewritten(Option<&'a Assignment>),
    /// The body, and a reader of what stands beside the object.
    Beside(&'a Json, &'a Reader),
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
    const IDENTITY: IdentitySchema;
    /// How long operations may take by default.
    const TIMEOUTS: Timeouts;
    /// ARM's types of the object.
    fn types() -> &'static [&'static str];

    /// azurerm's types of it, whose attributes have the same names.
    const AZURERM: &'static [AzurermType];
    /// azapi's types of it.
    const AZAPI: &'static [&'static str];

    /// The attributes whose former values are put back in the end, if `on_destroy` is `restore`.
    const RESTORED: &'static [&'static str] = &[];

    /// The `id` attribute.
    fn id(&mut self) -> &mut Computed<String>;

    /// How it is written.
    fn how(&self) -> WriteMethod;

    /// The API version that is spoken with the object.
    fn api(&self) -> &'static str;

    /// Where the object is.
    ///
    /// # Errors
    ///
    /// When an ID is malformed, or of a type that has no such part.
    fn object(&self) -> Result<ObjectRef<Self>, Diagnostic>;

    /// Sets the `id` attribute, given the object's ID.
    fn set_id(&mut self, object: &ResourceId);

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

    /// What must be written over the live body next; `None` when all is there. Where Azure does
    /// not come from there to what is asked in one step, this is the first. Here the attributes
    /// that the service may choose are set only where the configuration sets them.
    fn write(&self, live: &Json) -> Option<Json>;

    /// Sets the attributes from the live body. Answers whether it is still held.
    ///
    /// # Errors
    ///
    /// When the body is not of the form that this API version has.
    fn read(&mut self, live: &Json, importing: bool) -> serde_json::Result<bool>;

    /// What its destroy does to the object, where it does not restore what was there before.
    fn on_destroy(&self, live: &Json) -> OnDestroy {
        let _ = live;
        OnDestroy::Retain
    }

    /// Sets the attributes that show what is not in the body, where there are any.
    fn observe(&mut self, observed: Observed<'_>) {
        let _ = observed;
    }

    /// Judges a write, by what a reader shows; `new` where nothing of ours can be there yet.
    fn guard(&self, live: &Json, new: bool, reader: &Reader) -> Verdict {
        let _ = (live, new, reader);
        Verdict::default()
    }

    /// What a plan is about, in the words of the checks. Values may be unknown.
    fn check_input(prior: &Value, config: &Value, planned: &Value) -> CheckInput {
        let _ = (prior, config, planned);
        CheckInput::default()
    }

    /// Completes what is planned, and tells early what Azure cannot change to it from what is.
    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let _ = change;
        Diagnostics::new()
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
    azure: Arc<AzureClient>,
    part: PhantomData<fn() -> P>,
}

/// The object of a partial resource, and the call that works with it.
#[derive(Clone, Copy)]
struct Object<'a> {
    call: Call<'a>,
    id: &'a ResourceId,
    api_version: &'a str,
}

impl Object<'_> {
    async fn get(self) -> Result<Option<GenericResource>, Error> {
        self.call.arm.get(self.id, self.api_version, self.call.until).await
    }
}

impl<P: ArmPartial> Partial<P> {
    /// Serves the partial resource from this Azure.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, part: PhantomData }
    }

    fn doing(verb: &str, id: &ResourceId) -> String {
        format!("{verb} {} {}", P::LABEL, named(id))
    }

    fn fault(verb: &str, id: &ResourceId, error: &Error) -> Diagnostic {
        explain(&Self::doing(verb, id), error)
    }

    async fn live(object: Object<'_>) -> Result<Option<GenericResource>, Diagnostic> {
        object.get().await.map_err(|error| Self::fault("Reading", object.id, &error))
    }

    /// What the configuration asks for, and nothing else.
    fn desired(config: &Value) -> Result<P, Diagnostic> {
        P::decode(P::block().filled(config)).map_err(|fault| {
            let summary = format!("`{}` is not valid", fault.path);
            Diagnostic::error(summary, format!("{}.", fault.message)).at(fault.path)
        })
    }

    /// What to send for these changes, by what is there; `None` where there is nothing to change.
    fn body(how: WriteMethod, live: &Json, changes: Option<Json>) -> Option<Json> {
        if how == WriteMethod::Patch {
            // What is sent whole may have nulls of Azure's own in it, which it does not take back.
            return changes.map(|mut body| {
                merge::drop_nulls(&mut body);
                body
            });
        }
        // What an operation left failed is repaired by writing it as it is.
        let repair = || has_failed(live).then(|| Json::Object(Map::new()));
        let body = changes.or_else(repair)?;
        let mut whole = live.clone();
        merge::merge(&mut whole, &body);
        Some(whole)
    }

    /// The object's ID; looked for where it is not known.
    async fn find(call: Call<'_>, part: &P) -> Result<ResourceId, Diagnostic> {
        let candidates = match part.object()? {
            ObjectRef::Id(id) => return Ok(id),
            ObjectRef::ChildOf(candidates) => candidates,
        };
        let Call { arm, until, .. } = call;
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
        let until = &deadline(context);
        let arm = &self.azure.writable(until).await?;
        let id = Self::find(Call { arm, until, context }, part).await?;
        let deleted = arm.delete(&id, part.api(), until).await;
        deleted.map_err(|error| Self::fault("Deleting", &id, &error))?;
        Ok(id)
    }

    /// Sets the attributes from the live body. Answers whether it is still held.
    fn read_body(part: &mut P, live: &Json, importing: bool) -> Result<bool, Diagnostic> {
        let label = P::types().first().copied().unwrap_or_default();
        part.read(live, importing).map_err(|fault| unreadable(label, &fault))
    }

    /// Shows what stands beside the object. What cannot be read changes nothing.
    async fn look_beside(call: Call<'_>, part: P, live: &Json) -> P {
        let look = |reader: &Reader| {
            let mut seen = part.clone();
            seen.observe(Observed::Beside(live, reader));
            seen
        };
        call.look(look).await
    }

    /// Plans the ID of a new part, where the configuration names its object.
    fn plan_id(change: &mut Change<'_>) {
        let part = known::<P>(change).filter(|_| change.prior.is_null());
        let Some(mut part) = part else { return };
        if let Ok(ObjectRef::Id(object)) = part.object() {
            part.set_id(&object);
            let id = Self::own_id(&mut part);
            if !id.contains(UNKNOWN) {
                change.planned.set_entry("id", id.into());
            }
        }
    }

    /// The `id` attribute.
    fn own_id(part: &mut P) -> String {
        part.id().get().cloned().unwrap_or_default()
    }
}

/// The object of a partial resource is no more.
fn vanished<P: ArmPartial>(id: &ResourceId) -> Diagnostic {
    absent(id, P::NAMED_BY)
}
