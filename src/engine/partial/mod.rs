//! Partial resources manage part of an object that has another owner, such as a property, an
//! element of a list or a decision, and give it up when they are destroyed.
//!
//! A replacement of a partial resource would recreate nothing, so its create never leaves it
//! tainted: the state has what Azure accepted, and not what Azure refused or undid.

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

/// Pause between two reads of a value that is not visible yet.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Time limit of the last read of an object after a failed change.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// The reference to the object.
#[derive(Clone)]
pub enum ObjectRef<P> {
    /// Its ID.
    Id(ResourceId),
    /// One of the children of a resource, which may appear later.
    ChildOf(Candidates<P>),
}

/// Children of a resource, one of which is the object.
#[derive(Clone)]
pub struct Candidates<P> {
    /// The resource.
    pub parent: ResourceId,
    /// The children's type, such as `privateEndpointConnections`.
    pub child: &'static str,
    /// Time limit of the wait for the object.
    pub patience: Duration,
    /// Returns the object, or `None` if it does not exist. Fails if several children match.
    pub pick: fn(&P, &[Json]) -> Result<Option<ResourceId>, Diagnostic>,
    /// Returns the error about a missing object.
    pub missing: fn(&P, &ResourceId, &[Json]) -> Diagnostic,
}

/// The effect of a destroy on the object.
#[derive(Clone, Debug)]
pub enum OnDestroy {
    /// The object stays as it is.
    Retain,
    /// This is written to the object.
    Write(Json),
    /// The object is deleted.
    Delete,
}

/// Sources of attributes that are not in the body of the object.
#[derive(Clone, Copy, Debug)]
pub enum Observed<'a> {
    /// The values before the first write, by attribute.
    Previous(&'a Map<String, Json>),
    /// The policy that has likely overwritten the values since, if one has.
    Rewritten(Option<&'a Assignment>),
    /// The body, and a reader of other objects.
    Beside(&'a Json, &'a Reader),
}

/// Part of an object that has another owner.
pub trait ArmPartial: Model + Identified + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// Its name in messages, before the object's name, such as "the public network access of".
    const LABEL: &'static str;
    /// The attribute that names the object.
    const NAMED_BY: &'static str;
    /// The schema of the resource identity.
    const IDENTITY: IdentitySchema;
    /// The default time limits.
    const TIMEOUTS: Timeouts;
    /// Returns ARM's types of the object.
    fn types() -> &'static [&'static str];

    /// azurerm's types whose objects it can take, with attributes of the same names.
    const AZURERM: &'static [AzurermType];
    /// azapi's types whose objects it can take.
    const AZAPI: &'static [&'static str] = &["azapi_update_resource"];

    /// The attributes whose previous values a destroy restores, if `on_destroy` is `restore`.
    const RESTORED: &'static [&'static str] = &[];

    /// Returns the method that writes it.
    fn how(&self) -> WriteMethod;

    /// Returns the API version of the object.
    fn api(&self) -> &'static str;

    /// Returns the reference to the object.
    ///
    /// # Errors
    ///
    /// An error if an ID is malformed, or of a type without this part.
    fn object(&self) -> Result<ObjectRef<Self>, Diagnostic>;

    /// Sets the `id` attribute, given the object's ID.
    fn set_id(&mut self, object: &ResourceId) {
        self.id().set(object.as_str().to_owned());
    }

    /// Returns the `id` attribute of an import in ARM's spelling.
    ///
    /// # Errors
    ///
    /// An error if the ID is malformed or of another type.
    fn imported(id: &str) -> Result<String, Diagnostic>;

    /// Sets the attributes that the `id` attribute holds, after an import.
    ///
    /// # Errors
    ///
    /// An error if the ID is malformed or of another type.
    fn locate(&mut self) -> Result<(), Diagnostic>;

    /// Returns the next change of the live body, or `None` if nothing is left to change. If Azure
    /// needs several steps, the change is the first step. Attributes that the service may choose
    /// are only written if the configuration sets them.
    fn write(&self, live: &Json) -> Option<Json>;

    /// Sets the attributes from the live body. Returns `false` if the part no longer exists.
    ///
    /// # Errors
    ///
    /// An error if the body is not of the form of this API version.
    fn read(&mut self, live: &Json, importing: bool) -> serde_json::Result<bool>;

    /// Returns the effect of a destroy that does not restore previous values.
    fn on_destroy(&self, live: &Json) -> OnDestroy {
        let _ = live;
        OnDestroy::Retain
    }

    /// Sets the attributes that are not in the body, if there are any.
    fn observe(&mut self, observed: Observed<'_>) {
        let _ = observed;
    }

    /// Judges a write by the objects in Azure. If `new`, this resource has not written before.
    fn guard(&self, live: &Json, new: bool, reader: &Reader) -> Verdict {
        let _ = (live, new, reader);
        Verdict::default()
    }

    /// Returns the input of the checks for a plan. Values may be unknown.
    fn check_input(prior: &Value, config: &Value, planned: &Value) -> CheckInput {
        let _ = (prior, config, planned);
        CheckInput::default()
    }

    /// Completes a plan, and reports early which changes Azure cannot make.
    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let _ = change;
        Diagnostics::new()
    }

    /// Checks rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Removes from a generated configuration the arguments that conflict with others in it.
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

    /// Returns the configured values, without computed ones.
    pub(crate) fn desired(config: &Value) -> Result<P, Diagnostic> {
        P::decode(P::block().filled(config)).map_err(|fault| {
            let summary = format!("`{}` is not valid", fault.path);
            Diagnostic::error(summary, format!("{}.", fault.message)).at(fault.path)
        })
    }

    /// Returns the body to send for these changes of a live body, or `None` without changes.
    fn body(how: WriteMethod, live: &Json, changes: Option<Json>) -> Option<Json> {
        if how == WriteMethod::Patch {
            // The body may contain nulls from Azure, which Azure does not accept in a PATCH.
            return changes.map(|mut body| {
                merge::drop_nulls(&mut body);
                body
            });
        }
        // A write without changes repairs an object in a failed state.
        let repair = || has_failed(live).then(|| Json::Object(Map::new()));
        let body = changes.or_else(repair)?;
        let mut whole = live.clone();
        merge::merge(&mut whole, &body);
        Some(whole)
    }

    /// Returns the object's ID, and searches for it if it is not known.
    async fn find(call: Call<'_>, part: &P) -> Result<ResourceId, Diagnostic> {
        let candidates = match part.object()? {
            ObjectRef::Id(id) => return Ok(id),
            ObjectRef::ChildOf(candidates) => candidates,
        };
        let Call { arm, until, .. } = call;
        let Candidates { parent, child, patience, pick, missing } = candidates;
        let patience = until.at_most(patience);
        let doing = format!("Looking for {} to {:?}", P::LABEL, parent.name());
        let _wait = patience.waiting(format_args!("{} to {:?} to appear", P::LABEL, parent.name()));
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

    /// Deletes the object, whether or not the part exists. Returns the object's ID.
    ///
    /// # Errors
    ///
    /// An error if the object does not exist, or cannot be deleted.
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

    /// Sets the attributes from the live body. Returns `false` if the part no longer exists.
    fn read_body(part: &mut P, live: &Json, importing: bool) -> Result<bool, Diagnostic> {
        let label = P::types().first().copied().unwrap_or_default();
        part.read(live, importing).map_err(|fault| unreadable(label, &fault))
    }

    /// Sets the attributes that come from other objects. Failed reads change nothing.
    async fn look_beside(call: Call<'_>, part: P, live: &Json) -> P {
        let look = |reader: &Reader| {
            let mut seen = part.clone();
            seen.observe(Observed::Beside(live, reader));
            seen
        };
        call.look(look).await
    }

    /// Plans the ID of a new part if the configuration names its object.
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

    /// Returns the value of the `id` attribute.
    fn own_id(part: &mut P) -> String {
        part.id().get().cloned().unwrap_or_default()
    }
}

/// Returns the error about an object that no longer exists.
fn vanished<P: ArmPartial>(id: &ResourceId) -> Diagnostic {
    absent(id, P::NAMED_BY)
}
