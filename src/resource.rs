//! The one create, read, update, delete and import, for every [`ArmResource`].
//!
//! No object is lost: from the moment that ARM accepts a create, the state holds its ID, whatever
//! happens then.

mod create;
mod plan;
mod served;

use crate::arm::{ArmResource, Live, Part};
use crate::beside::{LOOK_AGAIN, read_beside, read_beside_new, visible};
use crate::explain::{explain, named, unreadable, vanished};
use crate::part::{self, end_part, write_parts};
use crate::partial::until;
use crate::place;
use crate::provider::Azure;
use crate::survey::{Survey, survey};
use crate::wire::to_json;
use azure::arm::{Arm, GenericResource};
use azure::deadline::Deadline;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use azure::write::{Change, Changed, WriteMethod};
use plugin::context::Context;
use plugin::diagnostic::Diagnostic;
use serde_json::Value as Json;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// An [`ArmResource`] served to Terraform.
pub struct Managed<R> {
    azure: Arc<Azure>,
    resource: PhantomData<fn() -> R>,
}

/// The longest time between two looks at what an object must still come to.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long it may take to see what has become of an update that failed.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// Whether what is read was made a moment ago.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    New,
    Old,
}

/// Why an object was not seen to be what it must come to.
enum Unsettled {
    /// It could not be read: that says nothing of it.
    Unread(Diagnostic),
    /// It has not come to it, or never will.
    Unmet(Diagnostic),
}

impl Unsettled {
    fn into_fault(self) -> Diagnostic {
        match self {
            Self::Unread(fault) | Self::Unmet(fault) => fault,
        }
    }
}

impl<R: ArmResource> Managed<R> {
    /// Serves the resource from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, resource: PhantomData }
    }

    fn fault(doing: &str, id: &ResourceId, error: &Error) -> Diagnostic {
        let diagnostic = explain(&format!("{doing} {} {}", R::KIND.label, named(id)), error);
        match error.codes().find_map(R::blame) {
            Some(path) => diagnostic.at(path),
            None => diagnostic,
        }
    }

    fn body(reply: &Json) -> Result<R::Body, Diagnostic> {
        serde_json::from_value(reply.clone()).map_err(|fault| unreadable(R::KIND.label, &fault))
    }

    /// Sets the model from the object and what is read along with it.
    async fn load(
        &self,
        arm: &Arm,
        model: &mut R,
        (id, reply): (&ResourceId, &Json),
        (until, age, importing): (&Deadline, Age, bool),
    ) -> Result<(), Diagnostic> {
        let body = Self::body(reply)?;
        let wanted = model.beside(id, &body);
        let beside = match age {
            Age::Old => read_beside(arm, wanted, until).await,
            Age::New => read_beside_new(arm, wanted, until).await,
        };
        let beside = beside.map_err(|error| Self::fault("Reading", id, &error))?;
        model.id().set(id.as_str().to_owned());
        model.locate(id);
        model.read(&Live { id: id.clone(), body, beside, importing });
        if let Some(tagged) = model.tagged() {
            tagged.read(reply, &self.azure.home().tags);
        }
        Ok(())
    }

    /// Sets the model from the object once it has come to what it must come to; also to what it
    /// may be whole without, where something was written just now.
    async fn settle(
        &self,
        arm: &Arm,
        model: &mut R,
        (id, mut reply, written): (&ResourceId, Json, bool),
        (until, context): (&Deadline, &Context),
    ) -> Result<(), Unsettled> {
        let (mut step, mut begun) = ("", Instant::now());
        let unread = |error: Error| Unsettled::Unread(Self::fault("Reading", id, &error));
        loop {
            let loaded = self.load(arm, model, (id, &reply), (until, Age::New, false)).await;
            loaded.map_err(Unsettled::Unread)?;
            let judged = survey(arm, Survey::default(), |seen| model.awaits(seen), until).await;
            let judged = judged.map_err(unread)?.map_err(Unsettled::Unmet)?;
            let Some(awaited) = judged.filter(|it| written || it.or_else.is_none()) else {
                return Ok(());
            };
            if awaited.step != step {
                (step, begun) = (awaited.step, Instant::now());
            }
            let waited = begun.elapsed();
            let pause = (waited / 10).clamp(LOOK_AGAIN, LONGEST_PAUSE);
            let left = awaited.within.map(|within| within.saturating_sub(waited));
            let patience = left.map_or_else(|| until.clone(), |left| until.at_most(left));
            match (patience.sleep(pause).await, awaited.or_else) {
                (Ok(()), _) => {
                    reply = visible(arm, id, R::KIND.api, until).await.map_err(unread)?;
                }
                (Err(_), Some(told)) => {
                    context.warn(told);
                    return Ok(());
                }
                (Err(error), None) => {
                    let (what, label) = (awaited.what, R::KIND.label);
                    let doing = format!("Waiting for {what} of {label} {}", named(id));
                    return Err(Unsettled::Unmet(explain(&doing, &error)));
                }
            }
        }
    }

    async fn read_in(
        &self,
        mut model: R,
        until: &Deadline,
        context: &Context,
    ) -> Result<Option<R>, Diagnostic> {
        let id = place::of_state(R::NAME, model.id())?;
        let arm = self.azure.arm(until).await?;
        let found = match R::READ_ALONG.filter(|_| !context.importing) {
            Some(from) => arm.get_cached(&id, R::KIND.api, from, until).await,
            None => arm.get(&id, R::KIND.api, until).await,
        };
        let Some(reply) = found.map_err(|error| Self::fault("Reading", &id, &error))? else {
            return Ok(None);
        };
        if !context.importing {
            context.forget(id.as_str());
        }
        let id = if context.importing {
            place::spelt_by_azure(id, &reply.body).canonical(R::KIND.ty)
        } else {
            id
        };
        let how = (until, Age::Old, context.importing);
        self.load(&arm, &mut model, (&id, &reply.body), how).await?;
        Ok(Some(model))
    }

    /// The object as it is before an update; an error when it is no more.
    async fn current(
        arm: &Arm,
        id: &ResourceId,
        until: &Deadline,
    ) -> Result<GenericResource, Diagnostic> {
        let found = arm.get(id, R::KIND.api, until).await;
        let found = found.map_err(|error| Self::fault("Updating", id, &error))?;
        found.ok_or_else(|| vanished::<R>(id))
    }

    /// Writes the model over the object as it is.
    async fn write_over(
        &self,
        arm: &Arm,
        model: &R,
        id: &ResourceId,
        reply: GenericResource,
        until: &Deadline,
    ) -> Result<Changed, Diagnostic> {
        let compose = |live: &Json| {
            let body = self.over(model, live)?;
            if body == *live && !has_failed(live) {
                return Ok(None);
            }
            Ok(Some(if R::PATCHED { merge::difference(live, &body) } else { body }))
        };
        let how = if R::PATCHED { WriteMethod::Patch } else { WriteMethod::Put };
        let change =
            Change { id, api: R::KIND.api, method: how, compose: &compose, on_accepted: &|| () };
        let changed = arm.change(&change, Some(reply), until).await;
        changed.map_err(|failed| match failed.gone {
            true => vanished::<R>(id),
            false => Self::fault("Updating", id, &failed.error),
        })
    }

    /// What Azure has with the model written over it.
    fn over(&self, model: &R, live: &Json) -> Result<Json, Error> {
        let odd = |why: String| {
            let text = format!("Azure's answer about a {} is not understood: {why}", R::KIND.label);
            Error::new(ErrorKind::Decode, text)
        };
        let now: R::Body =
            serde_json::from_value(live.clone()).map_err(|fault| odd(fault.to_string()))?;
        let mut body = live.clone();
        let write = to_json(&model.write(Some(&now))).map_err(|fault| odd(fault.detail))?;
        merge::merge(&mut body, &write);
        self.azure.home().tags.keep(live, &mut body);
        Ok(body)
    }

    async fn update_in(
        &self,
        mut prior: R,
        mut model: R,
        context: &Context,
    ) -> Result<R, Diagnostic> {
        let until = until(context);
        let id = place::of_state(R::NAME, prior.id())?;
        let arm = self.azure.writable(&until).await?;
        let reply = Self::current(&arm, &id, &until).await?;
        let wanted = model.beside(&id, &Self::body(&reply.body)?);
        let beside = read_beside(&arm, wanted, &until).await;
        let beside = beside.map_err(|error| Self::fault("Updating", &id, &error))?;
        let parts = model.parts(&id, &beside);
        let gone = part::ours(model.unwanted(&prior, &id, &beside), context);
        let how = (&until, context);
        let changed = self.change(&arm, &mut model, (&id, reply), (gone, parts), how);
        if let Err(fault) = changed.await {
            // Part of it may be done: the state then says what is, not what was wished.
            if let Ok(Some(now)) = self.read_in(prior, &until.grace(LAST_LOOK), context).await {
                context.accepted(&now);
            }
            return Err(fault);
        }
        Ok(model)
    }

    async fn change(
        &self,
        arm: &Arm,
        model: &mut R,
        (id, reply): (&ResourceId, GenericResource),
        (gone, parts): (Vec<Part>, Vec<Part>),
        (until, context): (&Deadline, &Context),
    ) -> Result<(), Diagnostic> {
        for part in &gone {
            end_part(arm, part, until, context).await?;
        }
        let written = self.write_over(arm, model, id, reply, until).await?.written;
        let written = write_parts(arm, (written, &parts), until, context).await?;
        context.accepted(model);
        let reply = Self::current(arm, id, until).await?.body;
        let settled = self.settle(arm, model, (id, reply, written), (until, context)).await;
        settled.map_err(Unsettled::into_fault)
    }

    async fn delete_in(&self, mut model: R, context: &Context) -> Result<(), Diagnostic> {
        let until = until(context);
        let id = place::of_state(R::NAME, model.id())?;
        if model.stays() {
            context.forget(id.as_str());
            return Ok(());
        }
        let arm = self.azure.writable(&until).await?;
        // What it manages inline goes with it: taken away before, it would be missed by an object
        // that cannot be deleted after all.
        let deleted = arm.delete(&id, R::KIND.api, &until).await;
        deleted.map_err(|error| Self::fault("Deleting", &id, &error))?;
        context.forget(id.as_str());
        Ok(())
    }
}
