//! Objects that Azure keeps for a while after a delete: they are purged or restored if the
//! configuration asks for that.
//!
//! Every such resource has the attributes `purge_on_destroy`, `restore_soft_deleted` and
//! `location`.

use super::managed::Managed;
use super::patience::Patience;
use super::{ArmResource, Delete, Moment, SoftDelete};
use crate::client::{AzureClient, deadline};
use crate::engine::call::Call;
use crate::engine::related::LOOK_AGAIN;
use crate::explain::{explain, named};
use azure::id::ResourceId;
use azure::merge;
use azure::write::{Creation, PreviousRun};
use plugin::action::Progress;
use plugin::prelude::*;
use serde_json::json;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Time within which a deleted object appears among the deleted objects.
const KEPT_WITHIN: Duration = Duration::from_secs(10);

/// Key of the private data for the progress of a destroy that has not ended.
const DESTROY: &str = "destroy";

/// The destroy has begun, and the object may exist.
const BEGUN: &str = "begun";

/// The object is deleted.
const DELETED: &str = "deleted";

/// The object is purged, or there is nothing to purge.
const PURGED: &str = "purged";

impl<R: ArmResource> Managed<R> {
    fn soft_delete() -> Option<SoftDelete> {
        match R::TYPE.delete {
            Delete::Final => None,
            Delete::Soft(soft) => Some(soft),
        }
    }

    /// Notes the begin of a destroy that is to purge the object.
    pub(super) fn note_destroy(prior: &R, context: &Context) {
        let purges = Self::soft_delete().is_some_and(|soft| soft.purges(&prior.encode()));
        if purges && context.private(DESTROY).is_none() {
            context.set_private(DESTROY, Some(json!(BEGUN)));
        }
    }

    /// Removes the note about a destroy, because the object exists.
    pub(super) fn forget_destroy(context: &Context) {
        if context.private(DESTROY).is_some() {
            context.set_private(DESTROY, None);
        }
    }

    /// Returns `true` if a deleted object stays in the state because its destroy has not ended: the
    /// object is still to be purged, or its network to be released.
    pub(super) fn is_half_destroyed(context: &Context) -> bool {
        let begun = context.private(DESTROY);
        if begun == Some(json!(BEGUN)) {
            context.set_private(DESTROY, Some(json!(DELETED)));
        }
        begun.is_some()
    }

    /// Plans the replacement of an object whose destroy deleted it, but did not end. The next apply
    /// ends the destroy before it creates the new object.
    pub(super) fn plan_half_destroyed(change: &mut Change<'_>, context: &Context) -> Diagnostics {
        let noted = context.private(DESTROY).filter(|noted| *noted != json!(BEGUN));
        if noted.is_none() || change.prior.is_null() || change.planned.is_null() {
            return Diagnostics::new();
        }
        change.planned.set_entry("id", Value::Unknown);
        change.replace.push(Path::of("id"));
        let label = R::TYPE.label;
        let summary = format!("The {label} is deleted, but its destroy has not ended");
        let detail = format!(
            "An earlier destroy deleted the {label}, but failed before the purge and the release \
             of its network ended. The next apply ends that destroy, and then creates a new \
             {label}."
        );
        Diagnostic::warning(summary, detail).into()
    }

    /// Purges the deleted object if the configuration asks for that, and waits for the conditions
    /// after the delete.
    pub(super) async fn finish_delete(
        call: Call<'_>,
        prior: &R,
        id: &ResourceId,
    ) -> Result<(), Diagnostic> {
        let state = prior.encode();
        let soft = Self::soft_delete().filter(|soft| soft.purges(&state));
        let purged = call.context.private(DESTROY) == Some(json!(PURGED));
        let place = soft.filter(|_| !purged).and_then(|soft| soft.place_of(id, &state));
        if let Some(place) = place {
            call.context.set_private(DESTROY, Some(json!(DELETED)));
            Self::purge(call, &place).await.map_err(Self::not_purged)?;
            call.context.set_private(DESTROY, Some(json!(PURGED)));
        }
        Self::wait_after_delete(call, prior, id).await
    }

    /// Adds to the error of a purge what the failed destroy leaves.
    fn not_purged(mut fault: Diagnostic) -> Diagnostic {
        let label = R::TYPE.label;
        fault.detail.push_str(&format!(
            "\n\nThe {label} is deleted, but not purged, so Azure keeps its name. The state keeps \
             the {label} until the purge. Fix the cause, and run terraform apply or destroy again."
        ));
        fault
    }

    /// Purges an object, and waits until it no longer exists. Returns `false` if there was none.
    async fn purge(call: Call<'_>, place: &ResourceId) -> Result<bool, Diagnostic> {
        let fault = |error| Self::fault("Purging", place, &error);
        let patience = call.until.at_most(KEPT_WITHIN);
        let what = format!("{:?} to appear among the deleted objects", place.name());
        let _wait = patience.waiting(what);
        while call.arm.get(place, R::TYPE.api_version, call.until).await.map_err(fault)?.is_none() {
            if patience.remaining() < LOOK_AGAIN {
                return Ok(false);
            }
            call.until.sleep(LOOK_AGAIN).await.map_err(fault)?;
        }
        call.arm.delete(place, R::TYPE.api_version, call.until).await.map_err(fault)?;
        Ok(true)
    }

    /// Waits until an object may be deleted. If the conditions cannot be read, Azure decides.
    pub(super) async fn wait_to_delete(
        call: Call<'_>,
        prior: &R,
        id: &ResourceId,
    ) -> Result<(), Diagnostic> {
        let mut patience = Patience::default();
        while let Ok(Ok(Some(pending))) =
            call.assess(|reader| prior.pending(Moment::Deleting, reader)).await
        {
            let waited = patience.pause(&pending, call.until).await;
            waited.map_err(|error| {
                let doing = format!("Waiting for {} of {}", pending.what, R::TYPE.label);
                explain(&format!("{doing} {} to delete it", named(id)), &error)
            })?;
        }
        Ok(())
    }

    async fn wait_after_delete(
        call: Call<'_>,
        prior: &R,
        id: &ResourceId,
    ) -> Result<(), Diagnostic> {
        let mut patience = Patience::default();
        loop {
            let judged = call.assess(|reader| prior.pending(Moment::Deleted, reader)).await;
            let judged = judged.map_err(|error| Self::fault("Deleting", id, &error))??;
            let Some(pending) = judged else { return Ok(()) };
            match (patience.pause(&pending, call.until).await, pending.or_else) {
                (Ok(()), _) => {}
                (Err(error), Some(told)) if told.severity == Severity::Error => {
                    let doing = format!("Waiting for {} of {}", pending.what, named(id));
                    let Diagnostic { summary, detail, .. } = explain(&doing, &error);
                    let waited = patience.waited().as_secs();
                    let detail =
                        format!("{detail}\n\nThe provider waited {waited} s. {}", told.detail);
                    return Err(Diagnostic { summary, detail, ..told });
                }
                (Err(_), Some(warning)) => {
                    call.context.warn(warning);
                    return Ok(());
                }
                (Err(error), None) => return Err(Self::fault("Deleting", id, &error)),
            }
        }
    }

    /// Restores a deleted object if the configuration asks for that. Returns `false` if there is
    /// none.
    pub(super) async fn restore(
        call: Call<'_>,
        model: &R,
        id: &ResourceId,
    ) -> Result<bool, Diagnostic> {
        let state = model.encode();
        let wanted = state.get("restore_soft_deleted").as_bool() == Some(true);
        let soft = Self::soft_delete().filter(|_| wanted);
        let Some(place) = soft.and_then(|soft| soft.place_of(id, &state)) else {
            return Ok(false);
        };
        let fault = |error| Self::fault("Restoring", id, &error);
        let kept = call.arm.get(&place, R::TYPE.api_version, call.until).await.map_err(fault)?;
        if kept.is_none() {
            return Ok(false);
        }
        let location = state.get("location").as_str().unwrap_or_default();
        let body = json!({ "location": location, "properties": { "restore": true } });
        let creation = Creation {
            id,
            api: R::TYPE.api_version,
            body: &body,
            conditional: false,
            answers_200: false,
            over: &|live| Ok(merge::merged(live, &body)),
            // Another client may have restored it. It is the configured object.
            matches: &|_| true,
            previous_run: PreviousRun::None,
            on_event: &|_| (),
        };
        let restored = call.arm.create(&creation, call.until).await;
        restored.map_err(|failed| fault(failed.error))?;
        Ok(true)
    }
}

/// An action that purges a deleted object.
pub trait Purge: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// The resource whose objects it purges.
    type Resource: ArmResource;

    /// Returns the part of the resource's state that a purge needs: its ID and region.
    fn resource(&self) -> Value;
}

/// A [`Purge`] served to Terraform.
pub struct Purging<P> {
    azure: Arc<AzureClient>,
    purge: PhantomData<fn() -> P>,
}

impl<P: Purge> Purging<P> {
    /// Serves the action in this Azure.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, purge: PhantomData }
    }
}

#[async_trait]
impl<P: Purge> Action for Purging<P> {
    type Model = P;

    fn name(&self) -> &'static str {
        P::NAME
    }

    fn timeout(&self) -> Duration {
        P::Resource::TIMEOUTS.delete
    }

    async fn invoke(
        &self,
        config: P,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        let (state, label) = (config.resource(), P::Resource::TYPE.label);
        let block = P::Resource::block();
        let resource = P::Resource::decode(block.filled(&state)).map_err(|fault| {
            Diagnostic::error("The action cannot run", fault.message).at(fault.path)
        })?;
        let id = resource.resource_id(&self.azure.defaults())?;
        let soft = Managed::<P::Resource>::soft_delete();
        let Some(place) = soft.and_then(|soft| soft.place_of(&id, &state)) else {
            return Ok(());
        };
        progress.tell(format!("Purging the {label} {:?}", id.name())).await;
        let until = &deadline(context);
        let arm = &self.azure.writable(until).await?;
        let call = Call { arm, until, context };
        let purged = Managed::<P::Resource>::purge(call, &place).await?;
        let became = if purged { "is purged" } else { "is not among the deleted objects" };
        progress.tell(format!("The {label} {:?} {became}", id.name())).await;
        Ok(())
    }
}
