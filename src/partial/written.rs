//! Writing part of an object, and what goes on record of it.

use super::{
    ArmPartial, LAST_LOOK, LOOK_AGAIN, Object, Partial, Told, former, outside, until, vanished,
};
use crate::isolation::policy::Assignment;
use azure::arm::GenericResource;
use azure::deadline::Deadline;
use azure::write::Change;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Severity};
use serde_json::Value as Json;
use std::time::Duration;

/// How long a written value may take to show, before it counts as changed by someone else.
const SHOWS_WITHIN: Duration = Duration::from_secs(120);

/// What must be written over a live body, if anything.
pub(super) type Wished<'a> = dyn Fn(&Json) -> Option<Json> + Sync + 'a;

/// Why a write did not come to its end.
pub(super) struct Unwritten {
    pub(super) fault: Diagnostic,
    /// Whether Azure accepted a write of ours all the same.
    accepted: bool,
    /// Whether Azure is known not to have it as it was written.
    undone: bool,
    /// The policy that is likely to have undone it.
    pub(super) policy: Option<Assignment>,
}

impl Unwritten {
    fn unseen(fault: Diagnostic) -> Self {
        Self { fault, accepted: true, undone: false, policy: None }
    }

    pub(super) fn undone(fault: Diagnostic, policy: Option<Assignment>) -> Self {
        Self { fault, accepted: true, undone: true, policy }
    }
}

impl<P: ArmPartial> Partial<P> {
    /// Writes what is wished over the object as it is, and waits until Azure shows it.
    pub(super) async fn written(
        object: Object<'_>,
        (wished, accepted): (&Wished<'_>, &(dyn Fn() + Sync)),
        reply: GenericResource,
        until: &Deadline,
    ) -> Result<Json, Unwritten> {
        let compose = |live: &Json| Ok(Self::body(live, wished(live)));
        let Object { arm, id, api } = object;
        let change = Change { id, api, method: P::HOW, compose: &compose, on_accepted: accepted };
        match arm.change(&change, Some(reply), until).await {
            Ok(changed) if changed.written => {
                Self::shown(object, (wished, &changed.body), until).await
            }
            Ok(changed) => Ok(changed.body),
            Err(failed) => {
                let fault = match failed.gone {
                    true => vanished::<P>(id),
                    false => Self::fault("Changing", id, &failed.error),
                };
                let undone = failed.gone || failed.error.is_operation_failure();
                Err(Unwritten { fault, accepted: failed.accepted, undone, policy: None })
            }
        }
    }

    /// The live body once it shows what was written. What Azure's own answer to the write does not
    /// show either was written over in the same moment, where there is a policy that may do so.
    async fn shown(
        object: Object<'_>,
        (wished, answer): (&Wished<'_>, &Json),
        until: &Deadline,
    ) -> Result<Json, Unwritten> {
        let shows = until.at_most(SHOWS_WITHIN);
        let id = object.id;
        let mut overruled = answer.is_object() && wished(answer).is_some();
        loop {
            let found = Self::live(object, until).await.map_err(Unwritten::unseen)?;
            let Some(reply) = found else {
                return Err(Unwritten::undone(vanished::<P>(id), None));
            };
            if wished(&reply.body).is_none() {
                return Ok(reply.body);
            }
            if overruled {
                let policy = Self::rewriter_of(object, until).await;
                if policy.is_some() {
                    return Err(outside::rewritten::<P>(id, policy));
                }
                overruled = false;
            }
            if let Err(error) = shows.sleep(LOOK_AGAIN).await {
                if error.is_cancelled() {
                    return Err(Unwritten::unseen(Self::fault("Changing", id, &error)));
                }
                let policy = Self::rewriter_of(object, &until.grace(LAST_LOOK)).await;
                return Err(outside::rewritten::<P>(id, policy));
            }
        }
    }

    /// Makes the object have what the configuration asks for.
    pub(super) async fn set(
        &self,
        mut part: P,
        new: bool,
        context: &Context,
    ) -> Result<P, Diagnostic> {
        let until = until(context);
        let mut wish = Self::wish(&context.config)?;
        if let Some(own) = part.id().get() {
            wish.id().set(own.clone());
        }
        let arm = self.azure.writable(&until).await?;
        let id = Self::find(&arm, &wish, &until).await?;
        let object = Object { arm: &arm, id: &id, api: wish.api() };
        let Some(reply) = Self::live(object, &until).await? else {
            return Err(vanished::<P>(&id));
        };
        part.settle(&id);
        wish.settle(&id);
        let own = Self::own_id(&mut part);
        // What an earlier run put there and could not put on record is ours.
        let first = new && context.begun(&own).is_none();
        Self::guarded((&wish, first), object, &reply.body, (&until, context)).await?;
        if new || !P::RESTORED.is_empty() {
            former::begin(&wish, &part, (&own, &reply.body), context);
        }
        let previous = former::previous(context);
        part.tell(Told::Previous(&previous));
        let wished = |live: &Json| wish.write(live);
        // From then on it may be there, whatever becomes of the operation.
        let accepted = || context.accepted(&part);
        let written = Self::written(object, (&wished, &accepted), reply, &until).await;
        match written {
            Ok(live) => {
                part.read(&live, false);
                part.tell(Told::Previous(&previous));
                part.tell(Told::Rewritten(None));
                Ok(part)
            }
            Err(failed) if new && !failed.accepted => {
                context.not_accepted();
                context.not_made();
                Err(failed.fault)
            }
            Err(failed) => Self::after(failed, (part, &wish, new), object, (&until, context)).await,
        }
    }

    /// What goes on record of a write that Azure accepted, and that did not come to its end.
    async fn after(
        failed: Unwritten,
        (mut part, wish, new): (P, &P, bool),
        object: Object<'_>,
        (until, context): (&Deadline, &Context),
    ) -> Result<P, Diagnostic> {
        let looked = object.live(&until.grace(LAST_LOOK)).await;
        let live = looked.as_ref().ok().and_then(Option::as_ref).map(|reply| &reply.body);
        let in_force = live.map(|live| wish.write(live).is_none());
        let previous = former::previous(context);
        if let Some(live) = live {
            part.read(live, false);
            part.tell(Told::Previous(&previous));
            part.tell(Told::Rewritten(failed.policy.as_ref()));
            context.accepted(&part);
        }
        // An update leaves what is on record; an interruption is no failure of the write.
        if !new || context.stop.is_cancelled() {
            return Err(failed.fault);
        }
        if failed.undone || in_force == Some(false) {
            context.not_accepted();
            return Err(not_on_record::<P>(failed.fault));
        }
        context.warn(on_record(failed.fault));
        Ok(part)
    }
}

/// What is told of a write that Azure accepted and did not let be seen. As an error it would make
/// Terraform replace the resource: what was there before would be forgotten, or put back.
fn on_record(fault: Diagnostic) -> Diagnostic {
    let next = "Azure has accepted the change, so it is on record. The next plan shows what has \
                become of it.";
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

/// What is told of a write that Azure accepted, and that is not in force.
fn not_on_record<P: ArmPartial>(fault: Diagnostic) -> Diagnostic {
    let next = match P::RESTORED.is_empty() {
        true => "It is not on record. Apply again once the reason is gone.",
        false => {
            "It is not on record. Apply again once the reason is gone: what was there before this \
             apply is remembered for `on_destroy = \"restore\"`."
        }
    };
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { detail, ..fault }
}
