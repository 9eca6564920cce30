//! Claims: resources of the provider that hold something in an object that somebody else owns,
//! such as a place in a list or a decision, and give it up in the end.
//!
//! Every write is a PUT of the whole object as it is now, with nothing changed but what is held;
//! where others change it at the same time, it is read and written again.

mod served;

use crate::explain::explain;
use crate::identity::Named;
use crate::moves::Former;
use crate::provider::Azure;
use crate::resource::{LAST_LOOK, MOST_COLLISIONS};
use crate::setting::until;
use azure::deadline::Deadline;
use azure::http::{Arm, Condition, Reply};
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::model::Model;
use plugin::path::Path;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde_json::{Map, Value as Json};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a write may take to show, before it counts as undone by someone else.
const SHOWS_WITHIN: Duration = Duration::from_secs(120);

/// How long to wait between two looks.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What must be written over a live body, if anything.
type Change<'a> = dyn Fn(&Json) -> Option<Json> + Sync + 'a;

/// Where the object is.
#[derive(Clone, Debug)]
pub enum Place {
    /// Under this ID.
    At(ResourceId),
    /// Among the children of that type of a resource, where it may appear within a time.
    Among {
        /// The resource.
        parent: ResourceId,
        /// The children's type, such as `privateEndpointConnections`.
        child: &'static str,
        /// How long to wait for it.
        patience: Duration,
    },
}

/// What a claim leaves behind.
#[derive(Clone, Debug)]
pub enum Leaving {
    /// The object as it is.
    Nothing,
    /// The object with this written over it.
    Write(Json),
    /// No object.
    Delete,
}

/// Something that a resource holds in an object that somebody else owns.
pub trait ArmClaim: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What people call the object.
    const LABEL: &'static str;
    /// The attribute that names the object.
    const NAMED_BY: &'static str;
    /// What names it.
    const NAMED: Named;
    /// How long operations may take by default.
    const TIMEOUTS: Timeouts;

    /// The API version that is spoken with the object.
    fn api(&self) -> &'static str;

    /// Where the object is.
    ///
    /// # Errors
    ///
    /// When an ID is malformed or of a wrong type.
    fn place(&self) -> Result<Place, Diagnostic>;

    /// The object among candidates, where it must be looked for; `None` when it is not there.
    ///
    /// # Errors
    ///
    /// When it cannot be told which one is meant.
    fn pick(&self, candidates: &[Json]) -> Result<Option<ResourceId>, Diagnostic> {
        let _ = candidates;
        Ok(None)
    }

    /// What to say when it is not among them.
    fn not_among(&self, parent: &ResourceId, candidates: &[Json]) -> Diagnostic {
        let _ = candidates;
        absent::<Self>(parent)
    }

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

    /// azurerm's types of it, whose attributes are called the same.
    const AZURERM: &'static [Former] = &[];

    /// ARM's types of the object, where azapi can manage what is held.
    const AZAPI: &'static [&'static str] = &[];

    /// Whether it is still held.
    fn holds(&self, live: &Json) -> bool {
        let _ = live;
        true
    }

    /// Refuses to hold what it should not, before anything is written.
    ///
    /// # Errors
    ///
    /// Why not, and what to do instead.
    fn guard(&self, live: &Json, new: bool) -> Result<(), Diagnostic> {
        let _ = (live, new);
        Ok(())
    }

    /// What must be written over the live body; `None` when it is there already.
    fn write(&self, live: &Json) -> Option<Json>;

    /// Sets the attributes from the live body.
    fn read(&mut self, live: &Json, importing: bool);

    /// What it leaves behind.
    fn leave(&self, live: &Json) -> Leaving;

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

/// An [`ArmClaim`] served to Terraform.
pub struct Claimed<C> {
    azure: Arc<Azure>,
    claim: PhantomData<fn() -> C>,
}

impl<C: ArmClaim> Claimed<C> {
    /// Serves the claim from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, claim: PhantomData }
    }

    fn doing(verb: &str, id: &ResourceId) -> String {
        format!("{verb} {} {:?}", C::LABEL, id.name())
    }

    async fn live(
        arm: &Arm,
        (id, api): (&ResourceId, &str),
        until: &Deadline,
    ) -> Result<Option<Reply>, Diagnostic> {
        let found = arm.get(id, api, until).await;
        found.map_err(|error| explain(&Self::doing("Reading", id), &error))
    }

    /// The object's ID; looked for where it is not known.
    async fn find(arm: &Arm, claim: &C, until: &Deadline) -> Result<ResourceId, Diagnostic> {
        let (parent, child, patience) = match claim.place()? {
            Place::At(id) => return Ok(id),
            Place::Among { parent, child, patience } => (parent, child, until.at_most(patience)),
        };
        loop {
            let doing = format!("Looking for {} of {:?}", C::LABEL, parent.name());
            let candidates = arm.list(&parent, child, claim.api(), until).await;
            let candidates = candidates.map_err(|error| explain(&doing, &error))?;
            if let Some(id) = claim.pick(&candidates)? {
                return Ok(id);
            }
            if patience.remaining() < LOOK_AGAIN {
                return Err(claim.not_among(&parent, &candidates));
            }
            until.sleep(LOOK_AGAIN).await.map_err(|error| explain(&doing, &error))?;
        }
    }

    /// Writes what `change` asks for over the object as it is now; false when it asks for nothing.
    async fn write(
        arm: &Arm,
        (id, api): (&ResourceId, &str),
        (change, accepted): (&Change<'_>, &(dyn Fn() + Sync)),
        mut reply: Reply,
        until: &Deadline,
    ) -> Result<bool, Diagnostic> {
        let mut collisions = 0;
        while let Some(body) = change(&reply.body).or_else(|| repair(&reply.body)) {
            let mut whole = reply.body.clone();
            merge::merge(&mut whole, &body);
            let etag = reply.etag().map(str::to_owned);
            let condition = etag.map_or(Condition::None, Condition::IfMatch);
            match arm.put(id, api, &whole, condition).run(until, accepted).await {
                Ok(_) => return Ok(true),
                Err(error) if error.is_collision() && collisions < MOST_COLLISIONS => {
                    collisions += 1;
                    let found = Self::live(arm, (id, api), until).await?;
                    reply = found.ok_or_else(|| absent::<C>(id))?;
                }
                Err(error) => return Err(explain(&Self::doing("Changing", id), &error)),
            }
        }
        Ok(false)
    }

    /// Writes what differs, and waits until Azure shows it.
    async fn hold(&self, mut claim: C, new: bool, context: &Context) -> Result<C, Diagnostic> {
        let until = until(context);
        let arm = self.azure.writable(&until).await?;
        let id = Self::find(&arm, &claim, &until).await?;
        let object = (&id, claim.api());
        let found = Self::live(&arm, object, &until).await?;
        let reply = found.ok_or_else(|| absent::<C>(&id))?;
        let mut known = claim.clone();
        known.settle(&id);
        let own = own_id(&known);
        // What an earlier run put there and could not put on record is ours.
        claim.guard(&reply.body, new && context.begun(&own).is_none())?;
        if new {
            context.begin(&own, &Json::Null);
        }
        let mut live = reply.body.clone();
        let change = |live: &Json| claim.write(live);
        // From then on it may be held, whatever becomes of the operation.
        let accepted = || context.accepted(&known);
        let written = async {
            match Self::write(&arm, object, (&change, &accepted), reply, &until).await? {
                true => Self::shown(&arm, &change, object, &until).await.map(Some),
                false => Ok(None),
            }
        };
        match written.await {
            Ok(shown) => live = shown.unwrap_or(live),
            Err(fault) => {
                match Self::live(&arm, object, &until.grace(LAST_LOOK)).await {
                    Ok(Some(now)) if now.body != live => {
                        claim.settle(&id);
                        claim.read(&now.body, false);
                        context.accepted(&claim);
                    }
                    Ok(_) => context.not_made(),
                    Err(_) => {}
                }
                return Err(fault);
            }
        }
        claim.settle(&id);
        claim.read(&live, false);
        Ok(claim)
    }

    /// The live body once it shows what was written.
    async fn shown(
        arm: &Arm,
        change: &Change<'_>,
        object: (&ResourceId, &str),
        until: &Deadline,
    ) -> Result<Json, Diagnostic> {
        let shows = until.at_most(SHOWS_WITHIN);
        loop {
            let found = Self::live(arm, object, until).await?;
            let live = found.ok_or_else(|| absent::<C>(object.0))?.body;
            if change(&live).is_none() {
                return Ok(live);
            }
            if let Err(error) = shows.sleep(LOOK_AGAIN).await {
                let doing = Self::doing("Changing", object.0);
                let detail = "Azure accepted the change, and does not show it. Something else, \
                              such as an Azure Policy, may have undone it: see the activity log.";
                return Err(if error.is_cancelled() {
                    explain(&doing, &error)
                } else {
                    Diagnostic::error(format!("{doing} has no effect"), detail)
                });
            }
        }
    }

    /// Deletes the object, which need not be held, and tells which one it was.
    ///
    /// # Errors
    ///
    /// When it is not there, or cannot be deleted.
    pub async fn delete_found(
        &self,
        claim: &C,
        context: &Context,
    ) -> Result<ResourceId, Diagnostic> {
        let until = until(context);
        let arm = self.azure.writable(&until).await?;
        let id = Self::find(&arm, claim, &until).await?;
        let deleted = arm.delete(&id, claim.api()).run(&until).await;
        deleted.map_err(|error| explain(&Self::doing("Deleting", &id), &error))?;
        Ok(id)
    }

    async fn read_in(&self, mut claim: C, context: &Context) -> Result<Option<C>, Diagnostic> {
        let until = until(context);
        if context.importing {
            claim.locate()?;
        }
        let Place::At(id) = claim.place()? else {
            return Ok(None);
        };
        let own = own_id(&claim);
        let arm = self.azure.arm(&until).await?;
        let Some(reply) = Self::live(&arm, (&id, claim.api()), &until).await? else {
            return Ok(None);
        };
        if !claim.holds(&reply.body) {
            return Ok(None);
        }
        if !context.importing {
            context.forget(&own);
        }
        claim.read(&reply.body, context.importing);
        if context.importing {
            claim.settle(&crate::place::spelt_by_azure(id, &reply.body));
            claim.locate()?;
        }
        Ok(Some(claim))
    }

    async fn give_up(&self, claim: C, context: &Context) -> Result<(), Diagnostic> {
        let until = until(context);
        context.forget(&own_id(&claim));
        let Place::At(id) = claim.place()? else {
            return Ok(());
        };
        let arm = self.azure.writable(&until).await?;
        let object = (&id, claim.api());
        let Some(reply) = Self::live(&arm, object, &until).await? else {
            return Ok(());
        };
        if let Leaving::Delete = claim.leave(&reply.body) {
            let deleted = arm.delete(&id, object.1).run(&until).await;
            return deleted.map_err(|error| explain(&Self::doing("Deleting", &id), &error));
        }
        let change = |live: &Json| match claim.leave(live) {
            Leaving::Write(body) => Some(body),
            Leaving::Nothing | Leaving::Delete => None,
        };
        if Self::write(&arm, object, (&change, &|| ()), reply, &until).await? {
            Self::shown(&arm, &change, object, &until).await?;
        }
        Ok(())
    }
}

/// The `id` attribute, once it is settled.
fn own_id<C: ArmClaim>(claim: &C) -> String {
    claim.encode().get("id").as_str().unwrap_or_default().to_owned()
}

/// What to write over an object that would be as it should be, had its last operation not failed.
pub(crate) fn repair(live: &Json) -> Option<Json> {
    has_failed(live).then(|| Json::Object(Map::new()))
}

fn absent<C: ArmClaim>(id: &ResourceId) -> Diagnostic {
    Diagnostic::error(
        format!("{:?} does not exist", id.name()),
        format!("Azure has no {id}. Check the ID, or create the resource first."),
    )
    .at(Path::of(C::NAMED_BY))
}
