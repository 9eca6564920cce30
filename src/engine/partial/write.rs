//! Writing part of an object, and the state that results.

use super::previous::Undone;
use super::{
    ArmPartial, LAST_LOOK, LOOK_AGAIN, Object, Observed, Partial, drift, previous, vanished,
};
use crate::assessment::isolation::policy::Assignment;
use crate::client::deadline;
use crate::engine::call::Call;
use crate::explain::{capitalised, named};
use azure::arm::GenericResource;
use azure::id::ResourceId;
use azure::merge;
use azure::write::{Change, WriteMethod};
use plugin::prelude::*;
use serde_json::Value as Json;
use std::time::Duration;

/// Time within which a written value becomes visible. After that, another client has changed it.
const SHOWS_WITHIN: Duration = Duration::from_secs(120);

/// Returns the changes that a live body still needs, if any.
pub(super) type Changes<'a> = dyn Fn(&Json) -> Option<Json> + Sync + 'a;

/// The failure of a write.
pub(super) struct WriteFailure {
    pub(super) fault: Diagnostic,
    /// If `true`, Azure accepted a write before the failure.
    accepted: bool,
    /// If `true`, Azure is known not to have the written value.
    undone: bool,
    /// The policy that has likely undone the write.
    pub(super) policy: Option<Assignment>,
}

impl WriteFailure {
    fn unseen(fault: Diagnostic) -> Self {
        Self { fault, accepted: true, undone: false, policy: None }
    }

    pub(super) fn undone(fault: Diagnostic, policy: Option<Assignment>) -> Self {
        Self { fault, accepted: true, undone: true, policy }
    }
}

/// Returns the failure of a write that Azure accepted, but whose values it does not show.
fn rewritten<P: ArmPartial>(
    id: &ResourceId,
    policy: Option<Assignment>,
    unkept: &[Undone],
) -> WriteFailure {
    let summary = format!("{} {} does not stay as written", capitalised(P::LABEL), named(id));
    let why = match &policy {
        Some(policy) => drift::blames(policy, id),
        None => {
            "No assigned policy is known to write another value. A service may ignore values that \
                 its region, its SKU or this version of its API does not support. Look in the \
                 activity log for other writes."
                .to_owned()
        }
    };
    let detail = format!(
        "Azure accepted the change, but shows other values:\n\n{}\n{why}",
        drift::lines::<P>(unkept)
    );
    let first = unkept.first().map(|it| it.name).or(P::RESTORED.first().copied());
    let path = Path::of(first.unwrap_or(P::NAMED_BY));
    WriteFailure::undone(Diagnostic::error(summary, detail).at(path), policy)
}

impl<P: ArmPartial> Partial<P> {
    /// Writes the changes to the object, and waits until Azure shows them. Changes that depend on
    /// the live object are written one after the other.
    pub(super) async fn write_over(
        object: Object<'_>,
        (how, wanted): (WriteMethod, Option<&P>),
        changes: &Changes<'_>,
        accepted: &(dyn Fn() + Sync),
        reply: GenericResource,
    ) -> Result<Json, WriteFailure> {
        let compose = |live: &Json| Ok(Self::body(how, live, changes(live)));
        let Object { call, id, api_version: api } = object;
        let change = Change { id, api, method: how, compose: &compose, on_accepted: accepted };
        let mut reply = reply;
        loop {
            let step = changes(&reply.body);
            let failed = match call.arm.change(&change, Some(reply), call.until).await {
                Ok(changed) if changed.written => {
                    let shown = Self::shown(object, wanted, changes, step.as_ref(), &changed.body);
                    let body = shown.await?;
                    if changes(&body).is_none() {
                        return Ok(body);
                    }
                    reply = GenericResource { body };
                    continue;
                }
                Ok(changed) => return Ok(changed.body),
                Err(failed) => failed,
            };
            let fault = match failed.gone {
                true => vanished::<P>(id),
                false => Self::fault("Changing", id, &failed.error),
            };
            let undone = failed.gone || failed.error.is_operation_failure();
            return Err(WriteFailure { fault, accepted: failed.accepted, undone, policy: None });
        }
    }

    /// Returns the live body when it shows the written values, or this step to them. If Azure's
    /// answer to the write does not show them either, and a policy may write other values, that
    /// policy has overwritten them at once.
    async fn shown(
        object: Object<'_>,
        wanted: Option<&P>,
        changes: &Changes<'_>,
        step: Option<&Json>,
        answer: &Json,
    ) -> Result<Json, WriteFailure> {
        let unkept = |live| wanted.map(|wanted| previous::unkept(wanted, live)).unwrap_or_default();
        let Object { call, id, .. } = object;
        let shows = call.until.at_most(SHOWS_WITHIN);
        let what = format!("Azure to show the change of {} {}", P::LABEL, named(id));
        let _wait = shows.waiting(what);
        let mut overruled = answer.is_object() && changes(answer).is_some();
        loop {
            let found = Self::live(object).await.map_err(WriteFailure::unseen)?;
            let Some(reply) = found else {
                return Err(WriteFailure::undone(vanished::<P>(id), None));
            };
            let next = changes(&reply.body);
            let taken = step.is_some_and(|step| merge::contains(&reply.body, step));
            if next.is_none() || taken && next.as_ref() != step {
                return Ok(reply.body);
            }
            if overruled {
                let policy = Self::rewriter_of(object).await;
                if policy.is_some() {
                    return Err(rewritten::<P>(id, policy, &unkept(&reply.body)));
                }
                overruled = false;
            }
            if let Err(error) = shows.sleep(LOOK_AGAIN).await {
                if error.is_cancelled() {
                    return Err(WriteFailure::unseen(Self::fault("Changing", id, &error)));
                }
                let call = Call { until: &call.until.grace(LAST_LOOK), ..call };
                let policy = Self::rewriter_of(Object { call, ..object }).await;
                return Err(rewritten::<P>(id, policy, &unkept(&reply.body)));
            }
        }
    }

    /// Writes the configured values to the object.
    pub(super) async fn write(
        &self,
        mut part: P,
        new: bool,
        context: &Context,
    ) -> Result<P, Diagnostic> {
        let until = &deadline(context);
        let mut desired = Self::desired(&context.config)?;
        if let Some(own) = part.id().get() {
            desired.id().set(own.clone());
        }
        let arm = &self.azure.writable(until).await?;
        let call = Call { arm, until, context };
        let id = Self::find(call, &desired).await?;
        let object = Object { call, id: &id, api_version: desired.api() };
        let Some(reply) = Self::live(object).await? else {
            return Err(vanished::<P>(&id));
        };
        Self::read_body(&mut part.clone(), &reply.body, false)?;
        part.set_id(&id);
        desired.set_id(&id);
        let own = Self::own_id(&mut part);
        // What an earlier run wrote, but could not put into the state, is ours.
        let first = new && context.begun(&own).is_none();
        Self::check_guard(object, &desired, &reply.body, first).await?;
        if new || !P::RESTORED.is_empty() {
            previous::begin(&desired, &part, &own, &reply.body, context);
        }
        let previous = previous::previous(context);
        part.observe(Observed::Previous(&previous));
        let changes = |live: &Json| desired.write(live);
        // From then on Azure may have the values, whatever the result of the operation is.
        let accepted = || context.accepted(&part);
        let wanted = (desired.how(), Some(&desired));
        match Self::write_over(object, wanted, &changes, &accepted, reply).await {
            Ok(live) => {
                Self::read_body(&mut part, &live, false)?;
                part.observe(Observed::Previous(&previous));
                part.observe(Observed::Rewritten(None));
                Ok(Self::look_beside(call, part, &live).await)
            }
            Err(failed) if new && !failed.accepted => {
                context.not_accepted();
                context.not_made();
                Err(failed.fault)
            }
            Err(failed) => Self::after(object, failed, part, &desired, new).await,
        }
    }

    /// Returns the state after a write that Azure accepted, but that failed.
    async fn after(
        object: Object<'_>,
        failed: WriteFailure,
        mut part: P,
        desired: &P,
        new: bool,
    ) -> Result<P, Diagnostic> {
        let context = object.call.context;
        let call = Call { until: &object.call.until.grace(LAST_LOOK), ..object.call };
        let looked = Object { call, ..object }.get().await;
        let live = looked.as_ref().ok().and_then(Option::as_ref).map(|reply| &reply.body);
        let in_force = live.map(|live| desired.write(live).is_none());
        let previous = previous::previous(context);
        if let Some(live) = live
            && Self::read_body(&mut part, live, false).is_ok()
        {
            part.observe(Observed::Previous(&previous));
            part.observe(Observed::Rewritten(failed.policy.as_ref()));
            part = Self::look_beside(call, part, live).await;
            context.accepted(&part);
        }
        // A failed update keeps the prior state. An interruption is no failure of the write.
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

/// Returns the warning about a write that Azure accepted, but whose result cannot be read. With an
/// error, Terraform would replace the resource, and forget or restore the previous values.
fn on_record(fault: Diagnostic) -> Diagnostic {
    let next = "Azure accepted the change, so the state has it. The next plan shows the result.";
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

/// Returns the error about a write that Azure accepted, but that is not in effect.
fn not_on_record<P: ArmPartial>(fault: Diagnostic) -> Diagnostic {
    let next = match P::RESTORED.is_empty() {
        true => "The state does not have the change. Fix the cause, and apply again.",
        false => {
            "The state does not have the change. Fix the cause, and apply again. The values from \
             before this apply are kept for `on_destroy = \"restore\"`."
        }
    };
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { detail, ..fault }
}
